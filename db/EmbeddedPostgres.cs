using System.Diagnostics;
using Dapper;
using Npgsql;
using Shop.Database.Embedded;
using Shop.Shared.Hosting;

namespace Shop.Database;

/// <summary>
/// A PostgreSQL server of our own, run from the programs that are installed here, on loopback. It holds the database <c>ecommerce</c>,
/// empty at first; the data stays in the server's folder. It stops when it is disposed of. One that a killed process left running is ended
/// by the next start.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    internal const string Owner = "admin";

    const string Database = "ecommerce";

    // A server that ends within that time after it was started again will not do better the next time.
    static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    readonly DataFolder folder;
    readonly ServerProcess server;
    readonly string password;
    readonly int port;

    bool isDisposed;

    EmbeddedPostgres(DataFolder folder, ServerProcess server, string password, int port)
    {
        this.folder = folder;
        this.server = server;
        this.password = password;
        this.port = port;
    }

    /// <summary>
    /// Where the data, the log and the owner's password are. That is the folder asked for, unless we are root and the account
    /// <c>postgres</c> cannot get there: then it is one under <c>/var/lib/shop</c>, always the same for the folder asked for.
    /// </summary>
    public string Folder => folder.Root;

    /// <summary>How to connect as <c>admin</c>, who owns the database and may do everything.</summary>
    public string OwnerConnectionString => ConnectionString(Owner, password);

    /// <summary>Starts a server. The first time in a folder takes some seconds, for its data is made.</summary>
    /// <param name="folder">Where the server keeps its things. It is created where it is missing.</param>
    /// <param name="cancelled">Gives up. Nothing is left running.</param>
    /// <exception cref="StartupException">
    /// The folder is in use or cannot be used, no fitting PostgreSQL is installed, or the server does not start.
    /// </exception>
    public static async Task<EmbeddedPostgres> Start(string folder, CancellationToken cancelled = default)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new StartupException("A database of its own is started on Linux and macOS only: set ConnectionStrings__Shop.");
        }

        try
        {
            var account = await ServerAccount.Find(cancelled);
            return await StartIn(await DataFolder.Hold(folder, account, cancelled), account, cancelled);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NpgsqlException)
        {
            throw new StartupException($"No database can be run in {folder}: {Reason.Of(fault).TrimEnd('.')}. {DataFolder.WayOut}", fault);
        }
    }

    /// <summary>
    /// Starts the server again, on the same port, whenever it has ended without us, and says so on standard error. Returns only by an exception.
    /// </summary>
    /// <param name="stopping">Ends the watch.</param>
    /// <exception cref="StartupException">It has ended again within ten seconds, or does not start.</exception>
    public async Task KeepRunning(CancellationToken stopping)
    {
        await WaitForEnd(stopping);
        while (true)
        {
            await Console.Error.WriteLineAsync("PostgreSQL has ended, and not by this program. It is started again.");
            await new AbandonedServer(folder, server).ClearAway(password, stopping);
            await server.StartAgain(port, stopping);
            var began = Stopwatch.GetTimestamp();
            await WaitForEnd(stopping);
            if (Stopwatch.GetElapsedTime(began) < Settled)
            {
                throw new StartupException($"PostgreSQL has ended again as soon as it was started: {ServerLog.Read(folder.Log).Complaint} (see {folder.Log}).");
            }
        }
    }

    /// <summary>Returns when the server has ended by itself, or was ended by somebody else.</summary>
    async Task WaitForEnd(CancellationToken cancelled)
    {
        // By a connection and not by the process: a dead one looks alive where nobody collects it, as the first process of many containers.
        while (await HoldConnection(cancelled))
        {
        }
    }

    /// <summary>Holds a connection until it is lost; false where none is to be had.</summary>
    async Task<bool> HoldConnection(CancellationToken cancelled)
    {
        await using var connection = new NpgsqlConnection(OwnerConnectionString);
        try
        {
            await connection.OpenAsync(cancelled);
        }
        catch (NpgsqlException)
        {
            return false;
        }

        try
        {
            while (true)
            {
                await connection.WaitAsync(cancelled);
            }
        }
        catch (NpgsqlException)
        {
            NpgsqlConnection.ClearPool(connection);
            return true;
        }
    }

    /// <summary>How to connect to the database as a role.</summary>
    public string ConnectionString(string role, string password) => Loopback.ConnectionString(port, Database, role, password);

    /// <summary>Ends the sessions that are left, stops the server, and lets the folder go.</summary>
    public async ValueTask DisposeAsync()
    {
        // Once: the folder may have another holder by the second time.
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        // Whatever comes of it: the next start ends a server that is still there.
        await server.Stop(CancellationToken.None);
        folder.Dispose();
    }

    static async Task<EmbeddedPostgres> StartIn(DataFolder folder, ServerAccount account, CancellationToken cancelled)
    {
        try
        {
            var server = new ServerProcess(folder, await PrepareData(folder, account, cancelled), account);
            var password = await File.ReadAllTextAsync(folder.Password, cancelled);
            await new AbandonedServer(folder, server).ClearAway(password, cancelled);
            return await StartServer(folder, server, password, cancelled);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    static async Task<PostgresBinaries> PrepareData(DataFolder folder, ServerAccount account, CancellationToken cancelled)
    {
        if (Directory.Exists(folder.Data))
        {
            return await PostgresBinaries.For(folder, cancelled);
        }

        var newest = await PostgresBinaries.Newest(cancelled);
        await NewCluster.Create(folder, newest, account, cancelled);
        return newest;
    }

    static async Task<EmbeddedPostgres> StartServer(
        DataFolder folder, ServerProcess server, string password, CancellationToken cancelled)
    {
        var port = await server.Start(cancelled);
        try
        {
            await CreateDatabase(Loopback.ConnectionString(port, "postgres", Owner, password), cancelled);
            return new(folder, server, password, port);
        }
        catch
        {
            await server.Stop(CancellationToken.None);
            throw;
        }
    }

    // At every start, since a process may be killed between the server's first start and this.
    static async Task CreateDatabase(string connectionString, CancellationToken cancelled)
    {
        await using var connection = await OwnerConnection.Open(connectionString, cancelled);
        var exists = await connection.ExecuteScalarAsync<bool>(
            "select exists (select from pg_database where datname = @Database)", new { Database });
        if (!exists)
        {
            await connection.ExecuteAsync($"create database {Database} owner {Owner}");
        }
    }
}
