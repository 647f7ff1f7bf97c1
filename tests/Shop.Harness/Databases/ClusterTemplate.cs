using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Shop.Database;
using Shop.Harness.Processes;

namespace Shop.Harness.Databases;

/// <summary>
/// A stopped, migrated cluster that new ones are copied from: a copy takes a tenth of a second, initdb and the migrations take several. It is
/// kept in the build output and made anew when the migrator or a migration changes.
/// </summary>
public static class ClusterTemplate
{
    static readonly Lazy<Task<string>> Template = new(Find);

    /// <summary>Copies the template to a new folder, for <see cref="EmbeddedPostgres"/> to start in.</summary>
    public static async Task CopyTo(string folder) => await Copy(await Template.Value, folder);

    /// <summary>
    /// Returns the passwords of the roles of a server that runs on a copy. They follow from the owner's password, which is random.
    /// </summary>
    public static RolePasswords PasswordsOf(EmbeddedPostgres server)
    {
        var secret = Encoding.UTF8.GetBytes(new NpgsqlConnectionStringBuilder(server.OwnerConnectionString).Password!);
        return new(role => Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(role))));
    }

    static async Task<string> Find()
    {
        var template = Path.Combine(Checkout.Artifacts, "cluster-template", Version());
        if (!Directory.Exists(template))
        {
            using var folder = new TemporaryFolder();
            var made = await Create(Path.Combine(folder.Path, "postgres"));
            Directory.CreateDirectory(Path.GetDirectoryName(template)!);
            var copy = $"{template}.{Guid.NewGuid():N}";
            await Copy(made, copy);
            try
            {
                Directory.Move(copy, template);
            }
            catch (IOException) when (Directory.Exists(template))
            {
                // Another process was first.
                Directory.Delete(copy, recursive: true);
            }
        }

        return template;
    }

    static async Task<string> Create(string folder)
    {
        await using var server = await EmbeddedPostgres.Start(folder);
        await Migrator.Migrate(server.OwnerConnectionString, PasswordsOf(server));
        // What a killed process has written is there all the same; only a machine that loses power needs it on the disk.
        await using var owner = new NpgsqlConnection(server.OwnerConnectionString);
        await owner.ExecuteAsync("alter system set fsync = off");
        return server.Folder;
    }

    /// <summary>A hash of all that the template is made of.</summary>
    static string Version()
    {
        var parts = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "migrations"), "*", SearchOption.AllDirectories)
            .Append(typeof(Migrator).Assembly.Location)
            .Order(StringComparer.Ordinal)
            .SelectMany(file => SHA256.HashData(File.ReadAllBytes(file)));
        return Convert.ToHexStringLower(SHA256.HashData([.. parts]))[..16];
    }

    // cp(1) keeps the owner of the files, which is another account if this process is root.
    static async Task Copy(string from, string to)
    {
        var (exitCode, output) = await new Command("cp", "-a", from, to).Run();
        if (exitCode != 0)
        {
            throw new IOException($"Cannot copy {from} to {to}: {output}");
        }
    }
}
