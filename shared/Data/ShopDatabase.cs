using Npgsql;

namespace Shop.Shared.Data;

/// <summary>How every host speaks to PostgreSQL.</summary>
static class ShopDatabase
{
    // Seconds, and connections of one host: a few hold the batches, the rest the single statements. What the connection string says wins.
    // The server ends a statement after 5 s, so one that is not answered in 10 s is on a server that does not answer at all.
    const string Defaults = "Timeout=5;Command Timeout=10;Maximum Pool Size=20;";

    /// <summary>Makes the host's one data source. It connects when it is first asked to.</summary>
    /// <param name="connectionString">The server, the database and the role.</param>
    /// <param name="applicationName">What the sessions are called in <c>pg_stat_activity</c>.</param>
    public static NpgsqlDataSource Open(string connectionString, string applicationName)
    {
        var builder = new NpgsqlDataSourceBuilder(Defaults + connectionString) { Name = applicationName };
        var settings = builder.ConnectionStringBuilder;
        settings.ApplicationName = applicationName;
        // A name without its schema fails, so no module reaches into another's tables by chance.
        settings.SearchPath = "pg_catalog";
        settings.MaxAutoPrepare = 50;
        settings.AutoPrepareMinUsages = 2;
        // They quote what a client sent, addresses of people too, and would stand in the log.
        settings.IncludeErrorDetail = false;
        // Npgsql tries Kerberos first otherwise, which the smallest container images lack.
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        return builder.Build();
    }
}
