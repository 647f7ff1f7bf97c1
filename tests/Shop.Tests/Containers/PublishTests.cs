using System.Runtime.InteropServices;
using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Containers;

/// <summary><c>./build.sh Publish</c>: folders that need no .NET on the machine.</summary>
sealed class PublishTests : DatabaseTests
{
    static readonly string Folder = Path.Combine(
        Checkout.Root, "artifacts", "publish", $"{(OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}");

    // There is no .NET to be found but their own.
    static readonly KeyValuePair<string, string>[] WithoutDotnet = [new("DOTNET_ROOT", "/nowhere"), new("PATH", "/nowhere")];

    [OneTimeSetUp]
    public async Task Publish()
    {
        var lockFiles = LockFiles();
        var (exitCode, output) = await Cake.Run("Publish");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(LockFiles(), Is.EqualTo(lockFiles), "the committed lock files stay as they are");
    }

    [TestCase("Product", Roles.Product)]
    [TestCase("Order", Roles.Order)]
    [TestCase("User", Roles.User)]
    [TestCase("All", Roles.Shop)]
    public async Task H1_A_published_host_starts_without_NET_and_is_healthy(string host, string role)
    {
        await using var process = new ChildProcess(new Command(Path.Combine(Folder, $"Shop.{host}.Host", $"Shop.{host}.Host")).With(
            [.. WithoutDotnet, new("PRODUCT_PORT", "0"), new("ORDER_PORT", "0"), new("USER_PORT", "0"), new("ConnectionStrings__Shop", Database.ConnectionString(role))]));
        await process.IsUp();

        using var client = new HttpClient { BaseAddress = process.AddressOf(host == "All" ? "product" : host.ToLowerInvariant()) };
        await Wait.Until(async () => (int)(await client.Get("/health")).Status == 200, "the host to be healthy");
    }

    [Test]
    public async Task The_published_migrator_migrates()
    {
        await using var process = new ChildProcess(new Command(Path.Combine(Folder, "Shop.Database", "Shop.Database"), "migrate").With(
        [
            .. WithoutDotnet, new("ConnectionStrings__Shop", Database.OwnerConnectionString),
            .. Roles.All.Select(role => KeyValuePair.Create($"{role.ToUpperInvariant()}_PASSWORD", Database.Passwords[role])),
        ]));
        await process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero, string.Join('\n', process.Output));
        Assert.That(process.Lines, Does.Contain("The database is migrated."));
    }

    static string LockFiles() => string.Concat(
        Directory.EnumerateFiles(Checkout.Root, "packages.lock.json", SearchOption.AllDirectories).Order().Select(File.ReadAllText));
}
