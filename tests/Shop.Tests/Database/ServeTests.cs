using Npgsql;
using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Database;

/// <summary><c>Shop.Database serve</c>: a database for hosts that run as processes of their own.</summary>
public sealed class ServeTests
{
    TemporaryFolder folder = null!;

    Dictionary<string, string> Settings => new() { ["DATA_FOLDER"] = folder.Path };

    [OneTimeSetUp]
    public void CreateFolder() => folder = new();

    [OneTimeTearDown]
    public void DeleteFolder() => folder.Dispose();

    [TestCase(Signal.Terminate)]
    [TestCase(Signal.Interrupt)]
    [TestCase(Signal.HangUp)]
    public async Task Holds_the_database_for_every_role_until_it_is_told_to_stop(Signal signal)
    {
        await using var served = await DatabaseProcess.Serve(Settings);
        Assert.That(served.Output.Last(), Is.EqualTo("ready"));
        foreach (var role in Roles.All)
        {
            var connectionString = served.Output.Single(line => line.StartsWith($"{role}=", StringComparison.Ordinal))[(role.Length + 1)..];
            await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
            await connection.OpenAsync();
        }

        served.SendOrIgnore(signal);
        await served.WaitForExit();

        Assert.That(served.ExitCode, Is.Zero);
        Assert.That(File.Exists(Path.Combine(folder.Path, "postgres", "data", "postmaster.pid")), Is.False, "the server is stopped");
    }

    [Test]
    public async Task Refuses_a_second_run_on_the_same_data_in_one_line()
    {
        await using var first = await DatabaseProcess.Serve(Settings);
        await using var second = new DatabaseProcess("serve", Settings);
        await second.WaitForExit();

        Assert.That(second.ExitCode, Is.EqualTo(1));
        Assert.That(second.Lines.Single(), Does.Contain("Another process runs the database in").And.Contain("DATA_FOLDER"));
    }
}
