using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Shop.Tests.Running;

namespace Shop.Tests.Hosting;

/// <summary>What a host is told wrongly stops its start, in one line that names the key.</summary>
[TestFixtureSource(typeof(Layout), nameof(Layout.Every))]
public sealed class SettingsTests(Layout layout)
{
    [TestCase("ORDER_PORT", "abc")]
    [TestCase("ORDER_PORT", "-1")]
    [TestCase("ORDER_PORT", "65536")]
    [TestCase("ORDER_PORT", "5001.5")]
    [TestCase("BIND_ADDRESS", "nowhere")]
    [TestCase("BIND_ADDRESS", "203.0.113.1")]
    [TestCase("LOG_FORMAT", "xml")]
    [TestCase("Batches__MaxSize", "0")]
    [TestCase("Batches__MaxSize", "many")]
    [TestCase("Batches__MaxWaiting", "-5")]
    [TestCase("Batches__MaxWaiting", "1000001")]
    [TestCase("Stop__DelaySeconds", "-1")]
    [TestCase("Stop__TimeoutSeconds", "0")]
    [TestCase("ConnectionStrings__Shop", "nonsense")]
    [TestCase("ConnectionStrings__Shop", "Host=127.0.0.1;Nonsense=1")]
    public async Task A_wrong_setting_is_one_line_that_names_it(string key, string value)
    {
        var line = await RefusalOf((key, value));
        Assert.That(line, Does.Contain(key));
    }

    [Test]
    public async Task A_taken_port_is_one_line_that_names_its_setting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, port: 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var line = await RefusalOf(("ORDER_PORT", $"{port}"));

        Assert.That(line, Does.Contain("ORDER_PORT").And.Contain($"{port}"));
    }

    async Task<string> RefusalOf((string Key, string Value) setting)
    {
        await using var host = HostProcess.Launch(layout.Orders.Name, new Dictionary<string, string>
        {
            ["ConnectionStrings__Shop"] = TestDatabase.ConnectionString(layout.Orders.Role),
            [setting.Key] = setting.Value,
        });
        await host.WaitForExit();
        Assert.That(host.ExitCode, Is.EqualTo(1));
        return host.Output.Single(line => line.Length > 0);
    }
}
