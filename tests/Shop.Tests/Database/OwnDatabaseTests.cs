using NUnit.Framework;

namespace Shop.Tests.Database;

/// <summary>The all-in-one host with no database given, as <c>./build.sh Run</c> starts it.</summary>
public sealed class OwnDatabaseTests
{
    readonly Dictionary<string, string> settings = [];
    string folder = "";

    [SetUp]
    public void CreateFolder()
    {
        folder = Directory.CreateTempSubdirectory("shop-run-").FullName;
        // Open to the account that runs the server where these tests run as root.
        File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        settings["DATA_FOLDER"] = folder;
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCase(Signal.Terminate)]
    [TestCase(Signal.Interrupt)]
    public async Task Stops_cleanly_with_its_database_and_finds_its_data_again(Signal signal)
    {
        await using (var first = await HostProcess.Start("All", settings))
        {
            Assert.That((int)(await Order(first)).Status, Is.EqualTo(201), "the sample data are there");
            first.SendOrIgnore(signal);
            await first.WaitForExit();
            Assert.That(first.ExitCode, Is.Zero);
            Assert.That(File.Exists(Path.Combine(folder, "postgres", "data", "postmaster.pid")), Is.False, "the server is stopped");
        }

        await using var second = await HostProcess.Start("All", settings);
        Assert.That(await StockLeft(second), Is.EqualTo(48));
    }

    [Test]
    public async Task A_run_that_was_killed_is_no_obstacle_to_the_next()
    {
        await using (var killed = await HostProcess.Start("All", settings))
        {
            Assert.That((int)(await Order(killed)).Status, Is.EqualTo(201));
            killed.Send(Signal.Kill);
            await killed.WaitForExit();
        }

        await using var next = await HostProcess.Start("All", settings);
        Assert.That(await StockLeft(next), Is.EqualTo(48));
    }

    [Test]
    public async Task A_second_run_on_the_same_data_is_refused_in_one_line()
    {
        await using var first = await HostProcess.Start("All", settings);
        await using var second = HostProcess.Launch("All", settings);
        await second.WaitForExit();

        Assert.That(second.ExitCode, Is.EqualTo(1));
        Assert.That(second.Output.Where(line => line.Length > 0).ToArray(), Has.Length.EqualTo(1));
        Assert.That((int)(await Order(first)).Status, Is.EqualTo(201), "the first is not disturbed");
    }

    [Test]
    public async Task Prints_where_to_look()
    {
        await using var host = await HostProcess.Start("All", settings);
        foreach (var place in new[] { "product", "order", "user", "docs", "health", "metrics" })
        {
            using var client = new HttpClient { BaseAddress = host.AddressOf(place) };
            Assert.That((int)(await client.Get("")).Status, Is.EqualTo(200), place);
        }

        Assert.That(host.Output, Has.Some.Contains("curl -X POST"));
    }

    static async Task<Answer> Order(HostProcess host)
    {
        using var client = new HttpClient { BaseAddress = host.AddressOf("order") };
        return await client.Order(user: 1, product: 1, quantity: 2);
    }

    static async Task<int> StockLeft(HostProcess host)
    {
        using var client = new HttpClient { BaseAddress = host.AddressOf("product") };
        return (await client.Get("/products/1")).Json.GetProperty("product").GetProperty("stock").GetInt32();
    }
}
