using System.Text;
using NUnit.Framework;
using Shop.Shared.Telemetry.Elasticsearch;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>How the target is configured, says who it is, and whom it takes for Elasticsearch.</summary>
public sealed class ConnectionTests : BulkTests
{
    [Test]
    public async Task Who_may_not_write_to_the_index_waits_as_who_is_not_let_in()
    {
        (Server.ErrorType, Server.Refuse) = ("security_exception", _ => 403);
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(10);
        await Wait.Until(() => Task.FromResult(Server.Requests.Count >= 3), "it to be tried once more");
        Assert.That(log.Ledger.Queued, Is.EqualTo(10));
        Server.Refuse = _ => 0;

        MustHaveShipped(10, await log.Settled());
    }

    [TestCase(401)]
    [TestCase(403)]
    public async Task Who_is_not_let_in_does_not_hammer_at_the_door(int status)
    {
        Server.Before = http => Answered(http, status, status == 403 ? Server.Authorization is not null : http.Request.Headers.Authorization != Server.Authorization);
        Server.Authorization = "ApiKey right";
        await using var log = ShippedLog.Start(Server.Address, target => (target.ApiKey, target.LockedOutMilliseconds) = ("wrong", 1_000));

        log.Say(10);
        await Wait.Until(() => Task.FromResult(Server.Requests.Count >= 3), "it to be tried once more");
        var times = Server.Requests.Select(request => request.At).ToArray();
        Assert.That(times[2] - times[1], Is.GreaterThan(TimeSpan.FromSeconds(0.95)));
        Assert.That(log.Ledger.Queued, Is.EqualTo(10));
        Server.Authorization = null;
        Server.Before = _ => Task.FromResult(false);

        MustHaveShipped(10, await log.Settled());
    }

    [Test]
    public async Task It_says_who_it_is()
    {
        foreach (var (expected, change) in new (string, Action<ElasticSearchTarget>)[]
        {
            ("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:pässword")), target => (target.Username, target.Password) = ("ann", "pässword")),
            ("ApiKey ZW5jb2RlZA==", target => target.ApiKey = "ZW5jb2RlZA=="),
            ("ApiKey " + Convert.ToBase64String("id:key"u8), target => (target.ApiKeyId, target.ApiKey) = ("id", "key")),
        })
        {
            Server.Authorization = expected;
            await using var log = ShippedLog.Start(Server.Address, change);
            log.Say(1);
            Assert.That((await log.Settled()).Shipped, Is.EqualTo(1), expected);
        }
    }

    [Test]
    public async Task A_certificate_counts_only_if_it_comes_from_the_right_authority()
    {
        using var authority = new Authority();
        using var stranger = new Authority();
        await using var secure = await BulkServer.Start(authority.Issue());
        await using (var wrong = ShippedLog.Start(secure.Address, target => (target.CaFile, target.CloseMilliseconds) = (stranger.File, 100)))
        {
            wrong.Say(10);
            await Wait.Until(() => Task.FromResult(wrong.Console.Any(line => line.Contains("does not take log lines", StringComparison.Ordinal))), "the refusal");
            Assert.That(wrong.Ledger.Queued, Is.EqualTo(10));
        }

        Assert.That(secure.Documents, Is.Empty);
        await using var right = ShippedLog.Start(secure.Address, target => target.CaFile = authority.File);
        right.Say(10);

        Assert.That((await right.Settled()).Shipped, Is.EqualTo(10));
        Assert.That(secure.Documents, Has.Count.EqualTo(10));
    }

    [Test]
    public async Task A_configuration_for_the_package_works_here()
    {
        Server.Authorization = "Basic " + Convert.ToBase64String("ann:secret"u8);
        await using var log = ShippedLog.Configured(
            $$"""
            <nlog xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" throwConfigExceptions="true">
              <targets>
                <target name="elastic" xsi:type="BufferingWrapper" flushTimeout="50">
                  <target xsi:type="ElasticSearch" uri="{{Server.Address}}" index="logs-shop-default" documentType="" opCodeCreate="true"
                          requireAuth="true" username="ann" password="secret" includeAllProperties="true" excludedProperties="text"
                          includeDefaultFields="true" disablePing="true" maxRecursionLimit="1" enableHttpCompression="true" disableAutomaticProxyDetection="true"
                          layout="said: ${message}">
                    <field name="answer" layout="42" layoutType="System.Int32" />
                    <field name="word" layout="${level}" />
                  </target>
                </target>
              </targets>
              <rules>
                <logger name="*" minlevel="Info" writeTo="elastic" />
              </rules>
            </nlog>
            """);

        log.Say(1);
        await Wait.Until(() => Task.FromResult(Server.Documents.Count == 1), "the line");

        var document = Server.Documents.Values.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(document.GetProperty("message").GetString(), Is.EqualTo("said: line 0"));
            Assert.That(document.GetProperty("number").GetInt32(), Is.Zero);
            Assert.That(document.TryGetProperty("text", out _), Is.False);
            Assert.That(document.GetProperty("answer").GetInt32(), Is.EqualTo(42));
            Assert.That(document.GetProperty("word").GetString(), Is.EqualTo("Info"));
        }
    }
}
