using Npgsql;

namespace Shop.Database.Embedded;

/// <summary>How to connect to a server of our own on this machine.</summary>
static class Loopback
{
    public const string Address = "127.0.0.1";

    public static string ConnectionString(int port, string database, string role, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = Address,
        Port = port,
        Database = database,
        Username = role,
        Password = password,
        // The server speaks neither; to ask for each would be a round trip.
        GssEncryptionMode = GssEncryptionMode.Disable,
        SslMode = SslMode.Disable,
    }.ConnectionString;
}
