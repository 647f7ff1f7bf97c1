using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using Shop.Harness.Probing;

namespace Shop.Tests.Harness;

/// <summary>The probe against a shop that places no orders.</summary>
public sealed class ProbeFailuresTests
{
    static readonly ProbeOptions Quick = new() { Rate = 100 };

    [Test]
    public async Task Failures_are_counted_by_status_and_code()
    {
        var requests = 0;
        await using var shop = await FakeShop.Start(http =>
        {
            if (Interlocked.Increment(ref requests) % 2 == 0)
            {
                http.Response.StatusCode = 502;
                return Task.CompletedTask;
            }

            http.Response.StatusCode = 503;
            http.Response.ContentType = "application/problem+json";
            return http.Response.WriteAsync("""{"code": "overloaded"}""");
        });
        await using var probe = await Probe.Start(shop.Addresses, Quick);
        await Wait.Until(() => probe.Snapshot().Failed >= 4, "4 failures");

        var report = await probe.Stop();

        Assert.That(report.Failures.Keys, Is.EquivalentTo(["502", "503 overloaded"]));
        Assert.That(report.Failed, Is.EqualTo(shop.Keys.Count));
        Assert.That(report.Successes, Is.EqualTo(report.Requests - shop.Keys.Count), "the reads");
        Assert.That(report.AcknowledgedOrders, Is.Empty);
        Assert.That(report.LongestWithoutOrder, Is.EqualTo(report.Duration));
        Assert.That(report.ToString(), Does.Contain($"{report.Requests} requests, {report.Failed} failed (").And.Contain("× 503 overloaded"));
    }

    [Test]
    public async Task An_order_whose_connection_breaks_is_a_failure_and_is_not_retried()
    {
        await using var shop = await FakeShop.Start(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        await using var probe = await Probe.Start(shop.Addresses, Quick);
        await Wait.Until(() => probe.Snapshot().Failed >= 10, "10 failures");

        var report = await probe.Stop();

        Assert.That(shop.Keys, Is.Unique);
        Assert.That(report.Failed, Is.EqualTo(shop.Keys.Count), report.ToString());
    }

    [Test]
    public async Task A_response_that_is_not_a_shops_is_a_failure()
    {
        await using var shop = await FakeShop.Start(http => FakeShop.Created(http, "Created."));
        await using var probe = await Probe.Start(shop.Addresses, Quick);

        await Wait.Until(() => probe.Snapshot().Failures.ContainsKey("JsonReaderException"), "a failure");
    }

    [Test]
    public async Task A_request_without_a_response_times_out()
    {
        await using var shop = await FakeShop.Start(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await using var probe = await Probe.Start(shop.Addresses, Quick with { Timeout = TimeSpan.FromMilliseconds(500) });

        await Wait.Until(() => probe.Snapshot().Failures.ContainsKey("timeout"), "a failure");
    }

    [Test]
    public async Task Requests_do_not_wait_for_earlier_ones_and_latency_counts_from_their_start()
    {
        var release = new TaskCompletionSource();
        await using var shop = await FakeShop.Start(async http =>
        {
            await release.Task;
            await FakeShop.Created(http, """{"order": {"id": 1}}""");
        });
        await using var probe = await Probe.Start(shop.Addresses, Quick with { Timeout = TimeSpan.FromMinutes(1) });
        await Wait.Until(() => shop.Keys.Count >= 1, "the first order");
        var began = Stopwatch.GetTimestamp();
        await Wait.Until(() => shop.Keys.Count >= 20, "20 orders");
        var held = Stopwatch.GetElapsedTime(began);
        Assert.That(probe.Snapshot().AcknowledgedOrders, Is.Empty);

        release.SetResult();
        var report = await probe.Stop();

        Assert.That(report.Failures, Is.Empty, report.ToString());
        // The histogram has two significant digits.
        Assert.That(report.Latency.Max, Is.GreaterThan(held * 0.98));
    }
}
