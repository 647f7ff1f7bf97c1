using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Hosting;

/// <summary>What a host is told wrongly stops its start, in one line that names the key.</summary>
[TestFixtureSource(typeof(Layout), nameof(Layout.Every))]
public sealed class SettingsTests(Layout layout) : DatabaseTests
{
    [TestCaseSource(typeof(SettingsTable), nameof(SettingsTable.Keys))]
    public async Task A_wrong_setting_is_one_line_that_names_it(string key)
    {
        foreach (var (text, program) in SettingsTable.WrongValues(key))
        {
            await using var process = Launch(program, (key, text));
            var line = await RefusalOf(process);
            Assert.That(line, Does.Contain(key), $"\"{text}\"");
        }
    }

    [Test]
    public async Task Empty_variables_are_as_those_that_are_not_set()
    {
        // The ports' defaults may be taken.
        (string, string)[] empty =
        [
            .. SettingsTable.Keys.Where(key => !SettingsTable.WrongValues(key).Any(wrong => wrong.Text.Length == 0))
                .Select(key => (key, key.EndsWith("_PORT", StringComparison.Ordinal) ? "0" : "")),
        ];
        await using var host = Launch(Reader.Host, empty);
        await host.IsUp();
        await using var migrator = Launch(Reader.Migrator, empty);
        await Wait.Until(
            () => Task.FromResult(migrator.Lines.Any(line => line.StartsWith("Waiting for the database", StringComparison.Ordinal))),
            "the migrator to have read its settings");
    }

    [TestCase("appsettings.json", "{ \"ORDER_PORT\": ", "appsettings.json")]
    [TestCase("appsettings.json", "{ \"AccessLog\": { \"ReadsPerSecond\": \"all\" } }", "AccessLog__ReadsPerSecond")]
    [TestCase("nlog.config", "<nlog>", "nlog.config")]
    [TestCase("nlog.config", "<nlog throwConfigExceptions=\"true\"><tragets /></nlog>", "nlog.config")]
    [TestCase("nlog.config", "<nlog throwConfigExceptions=\"true\"><targets><target name=\"a\" type=\"Typewriter\" /></targets></nlog>", "nlog.config")]
    public async Task A_file_of_settings_that_makes_no_sense_is_one_line(string name, string text, string named)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(HostProcess.Program(layout.Orders.Name))!))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        File.WriteAllText(Path.Combine(folder.Path, name), text);

        await using var host = HostProcess.Launch(layout.Orders.Name, Valid, folder: folder.Path);
        Assert.That(await RefusalOf(host), Does.Contain(named));
    }

    [Test]
    public async Task A_wrong_log_level_is_one_line_that_names_it()
    {
        await using var host = Launch(Reader.Host, ("Logging__LogLevel__Microsoft.AspNetCore", "loud"));
        Assert.That(await RefusalOf(host), Does.Contain("Logging__LogLevel__Microsoft.AspNetCore is \"loud\""));
    }

    [Test]
    public async Task A_taken_port_is_one_line_that_names_its_setting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, port: 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        // The number of the other port is how this one begins.
        await using var host = Launch(Reader.Host, ("ORDER_PORT", $"{port}"), ("PRODUCT_PORT", $"{port / 10}"));
        var line = await RefusalOf(host);

        Assert.That(line, Does.Contain("ORDER_PORT").And.Contain($"port {port}:"));
    }

    [Test]
    public async Task A_connection_string_may_stand_in_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "connection");
        await File.WriteAllTextAsync(file, Valid["ConnectionStrings__Shop"] + "\n");

        await using var host = await HostProcess.Start(layout.Orders.Name, new Dictionary<string, string> { ["ConnectionStrings__Shop_FILE"] = file });

        using var client = new HttpClient { BaseAddress = host.AddressOf("order") };
        await Wait.Until(async () => (int)(await client.Get("/health")).Status == 200, "the host to be healthy");
    }

    [Test]
    public async Task A_connection_string_given_twice_is_one_line()
    {
        await using var host = Launch(Reader.Host, ("Stop__DelaySeconds", "0"), ("ConnectionStrings__Shop_FILE", "/nowhere"), ("ConnectionStrings__Shop", "Host=127.0.0.1"));
        Assert.That(await RefusalOf(host), Does.Contain("ConnectionStrings__Shop and ConnectionStrings__Shop_FILE are both set"));
    }

    Dictionary<string, string> Valid => new() { ["ConnectionStrings__Shop"] = Database.ConnectionString(layout.Orders.Role) };

    ChildProcess Launch(Reader reader, params (string Key, string Text)[] changes)
    {
        var settings = reader switch
        {
            Reader.Host => Valid,
            Reader.OwnDatabase => [],
            _ => ForMigrator(),
        };
        foreach (var (key, text) in changes)
        {
            if (key.EndsWith("_FILE", StringComparison.Ordinal) && text.Length > 0)
            {
                // It takes the place of the secret itself.
                settings[key[..^"_FILE".Length]] = "";
            }

            settings[key] = text;
        }

        return reader switch
        {
            Reader.Host => HostProcess.Launch(HostOf(changes[0].Key).Name, settings),
            Reader.OwnDatabase => new DatabaseProcess("serve", settings),
            _ => new DatabaseProcess("migrate", settings),
        };
    }

    HostKind HostOf(string key) => key switch
    {
        "PRODUCT_PORT" => layout.Products,
        "USER_PORT" => layout.Users,
        _ => layout.Orders,
    };

    // No database is there: what is right is seen from its being waited for.
    static Dictionary<string, string> ForMigrator() => Roles.All
        .Select(role => KeyValuePair.Create($"{role.ToUpperInvariant()}_PASSWORD", "secret"))
        .Append(new("ConnectionStrings__Shop", $"Host=127.0.0.1;Port={Loopback.FreePort()};Username=admin"))
        .ToDictionary();

    static async Task<string> RefusalOf(ChildProcess process)
    {
        await process.WaitForExit();
        Assert.That(process.ExitCode, Is.EqualTo(1), string.Join('\n', process.Output));
        Assert.That(process.Lines, Has.Exactly(1).Items);
        return process.Lines.Single();
    }
}
