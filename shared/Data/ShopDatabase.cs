using Dapper;
using Npgsql;

namespace Shop.Shared.Data;

/// <summary>
/// A host's connections to PostgreSQL: a pool for each kind of work, so that none takes the connections of another. A hundred updates that wait for a
/// locked row leave reads and orders theirs; a full pool does not look like a database that is away.
/// </summary>
public sealed class ShopDatabase : IAsyncDisposable
{
    // Seconds to connect, and to wait for an answer. The server ends a statement after 5 s (statement_timeout of the role), so one that is not
    // answered in 10 s is on a server that does not answer at all. What the connection string says wins.
    const string Defaults = "Timeout=5;Command Timeout=10;Max Auto Prepare=50;Auto Prepare Min Usages=2;";

    // Whoever asks about the database itself asks again soon, and does not wait until a server that does not answer has noticed the cancellation.
    const string ForRescue = "Timeout=3;Command Timeout=3;Cancellation Timeout=-1;";
    const string ForReadiness = "Timeout=1;Command Timeout=1;Cancellation Timeout=-1;";

    // Two checks a second that end after a second: two at once, and one that is being given up.
    const int ReadinessConnections = 3;

    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1);

    readonly Func<NpgsqlDataSourceBuilder> sources;
    readonly Lock gate = new();
    Task<bool> answering = Task.FromResult(true);

    ShopDatabase(Func<NpgsqlDataSourceBuilder> sources, PoolOptions options)
    {
        this.sources = sources;
        Orders = Pool("orders", options.Orders);
        Reads = Pool("reads", options.Reads);
        Writes = Pool("writes", options.Writes);
        Lists = Pool("lists", options.Lists);
        Scans = Pool("scans", options.Scans);
        Rescue = Pool("rescue", options.Rescue, ForRescue);
        Readiness = Pool("readiness", ReadinessConnections, ForReadiness);
    }

    /// <summary>For orders that are being placed: batches, and the lanes of products and users that are locked.</summary>
    public ConnectionPool Orders { get; }

    /// <summary>For single rows, read in batches.</summary>
    public ConnectionPool Reads { get; }

    /// <summary>For all that writes and is no new order.</summary>
    public ConnectionPool Writes { get; }

    /// <summary>For pages of lists that an index finds.</summary>
    public ConnectionPool Lists { get; }

    /// <summary>For pages that PostgreSQL has to look for row by row.</summary>
    public ConnectionPool Scans { get; }

    /// <summary>For the question what became of a commit whose answer was lost.</summary>
    public ConnectionPool Rescue { get; }

    /// <summary>For the question whether the database can be used.</summary>
    public ConnectionPool Readiness { get; }

    /// <summary>Returns the host's connections to a database. Nothing is connected yet.</summary>
    /// <param name="connectionString">The server, the database and the role. Its pool size, if it names one, has no meaning here.</param>
    /// <param name="applicationName">What the sessions are called in <c>pg_stat_activity</c>.</param>
    /// <param name="options">The sizes of the pools.</param>
    /// <param name="currentPassword">Returns the password for the next connection; that of the connection string where null.</param>
    /// <exception cref="ArgumentException">It is no connection string, or it sets a pool size.</exception>
    public static ShopDatabase Open(string connectionString, string applicationName, PoolOptions options, Func<string?>? currentPassword = null)
    {
        if (new NpgsqlConnectionStringBuilder(connectionString).MaxPoolSize != new NpgsqlConnectionStringBuilder().MaxPoolSize)
        {
            throw new ArgumentException("Maximum Pool Size has no place in it; the settings Pools__Orders, Pools__Reads and so on are for that.");
        }

        return new(Builder, options);

        NpgsqlDataSourceBuilder Builder()
        {
            var builder = new NpgsqlDataSourceBuilder(Defaults + connectionString);
            var settings = builder.ConnectionStringBuilder;
            settings.ApplicationName = applicationName;
            // A name without its schema fails, so no module reaches into another's tables by chance.
            settings.SearchPath = "pg_catalog";
            // They quote what a client sent, addresses of people too, and would stand in the log.
            settings.IncludeErrorDetail = false;
            // Npgsql tries Kerberos first otherwise, which the smallest container images lack.
            settings.GssEncryptionMode = GssEncryptionMode.Disable;
            if (currentPassword is not null)
            {
                settings.Password = null;
                builder.UsePasswordProvider(_ => currentPassword() ?? "", (_, _) => new(currentPassword() ?? ""));
            }

            return builder;
        }
    }

    /// <summary>Closes all pools.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var pool in (ConnectionPool[])[Orders, Reads, Writes, Lists, Scans, Rescue, Readiness])
        {
            await pool.DisposeAsync();
        }
    }

    /// <summary>Asks whether the database answers within a second. Whoever asks meanwhile waits for the same answer.</summary>
    Task<bool> Answers()
    {
        lock (gate)
        {
            return answering = answering.IsCompleted ? Ask() : answering;
        }

        async Task<bool> Ask()
        {
            try
            {
                await Readiness.Use(connection => connection.ExecuteScalarAsync<int>("select 1")).WaitAsync(AnswerLimit);
                return true;
            }
            catch (Exception fault) when (fault is TimeoutException || DatabaseFaults.KindOf(fault) != FaultKind.Other)
            {
                return false;
            }
        }
    }

    ConnectionPool Pool(string name, int size, string settings = "")
    {
        var builder = sources();
        builder.Name = name;
        builder.ConnectionStringBuilder.ConnectionString += $";{settings}Maximum Pool Size={size}";
        // The pool that asks cannot ask itself.
        return new(name, size, builder.Build(), name == "readiness" ? () => Task.FromResult(false) : Answers);
    }
}
