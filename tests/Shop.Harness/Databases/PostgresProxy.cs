using Npgsql;
using Shop.Harness.Network;

namespace Shop.Harness.Databases;

/// <summary>A <see cref="TcpProxy"/> in front of a PostgreSQL server.</summary>
public sealed class PostgresProxy : TcpProxy
{
    readonly NpgsqlConnectionStringBuilder server;

    /// <summary>Starts a proxy.</summary>
    /// <param name="connectionString">Connection string of the server: over TCP and without TLS.</param>
    public PostgresProxy(string connectionString)
        : this(new NpgsqlConnectionStringBuilder(connectionString))
    {
    }

    PostgresProxy(NpgsqlConnectionStringBuilder server)
        : base(server.Host!, server.Port) => this.server = server;

    /// <summary>Connection string of the server through the proxy, without a connection pool.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(server.ConnectionString)
    {
        Host = "127.0.0.1",
        Port = Port,
        Pooling = false,
    }.ConnectionString;
}
