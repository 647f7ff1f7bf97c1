using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Shop.Tests.Harness;

/// <summary>The reverse proxy in front of two hosts that respond with their own name.</summary>
public sealed class RoundRobinTests
{
    readonly int[] ports = [Loopback.FreePort(), Loopback.FreePort()];
    readonly ConcurrentDictionary<int, WebApplication> hosts = new();

    /// <summary>What a host does with a request other than that for its readiness.</summary>
    Func<HttpContext, Task> respond = null!;
    volatile int readiness;
    int checks;
    RoundRobin proxy = null!;
    HttpClient client = null!;

    IEnumerable<Uri> Addresses => ports.Select(port => new Uri($"http://127.0.0.1:{port}/orders"));

    [SetUp]
    public async Task Start()
    {
        respond = http => http.Response.WriteAsync($"{http.Connection.LocalPort}");
        readiness = 200;
        foreach (var port in ports)
        {
            await StartHost(port);
        }

        proxy = await RoundRobin.Start(Addresses);
        client = new() { BaseAddress = proxy.Address };
    }

    [TearDown]
    public async Task Stop()
    {
        client.Dispose();
        await proxy.DisposeAsync();
        foreach (var host in hosts.Values)
        {
            await host.DisposeAsync();
        }
    }

    [Test]
    public async Task Sends_requests_to_the_hosts_in_turn()
    {
        // Again, because a host whose check takes long is left aside for a moment.
        await Wait.Until(
            async () =>
            {
                var responses = await Get(40);
                return responses.Zip(responses.Skip(1)).All(pair => pair.First != pair.Second);
            },
            "requests to reach the hosts in turn");
    }

    [Test]
    public async Task Passes_request_and_response_unchanged()
    {
        respond = async http =>
        {
            http.Response.StatusCode = 201;
            http.Response.Headers.Location = "/orders/1";
            await http.Response.WriteAsync(
                $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString} {http.Request.Headers["Idempotency-Key"]} "
                + await new StreamReader(http.Request.Body).ReadToEndAsync());
        };

        var response = await client.Post("/orders?a=b%20c", "{}", ("Idempotency-Key", "key"));

        Assert.That((int)response.Status, Is.EqualTo(201));
        Assert.That(response.Headers.Location?.ToString(), Is.EqualTo("/orders/1"));
        Assert.That(response.Text, Is.EqualTo("POST /orders?a=b%20c key {}"));
    }

    [Test]
    public async Task Passes_a_503_and_its_Retry_After_also_if_no_host_is_ready()
    {
        readiness = 503;
        respond = http =>
        {
            http.Response.StatusCode = 503;
            http.Response.Headers.RetryAfter = "7";
            return http.Response.WriteAsync("busy");
        };
        await SeeChecks();

        var response = await client.Get("/orders");

        Assert.That((int)response.Status, Is.EqualTo(503));
        Assert.That(response.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(response.Text, Is.EqualTo("busy"));
    }

    [Test]
    public async Task Leaves_a_dead_host_aside_until_it_is_back()
    {
        await hosts[ports[0]].DisposeAsync();
        await Wait.Until(
            async () => (await Get(10)).All(response => response == $"{ports[1]}"), "all requests to reach the living host");

        await StartHost(ports[0]);

        await Wait.Until(async () => (await client.Get("/orders")).Text == $"{ports[0]}", "the host to get requests again");
    }

    [Test]
    public async Task A_broken_connection_is_a_502_and_the_request_is_not_repeated()
    {
        var requests = 0;
        respond = http =>
        {
            Interlocked.Increment(ref requests);
            http.Abort();
            return Task.CompletedTask;
        };

        var response = await client.Post("/orders", "{}");

        Assert.That((int)response.Status, Is.EqualTo(502));
        Assert.That(requests, Is.EqualTo(1));
    }

    [Test]
    public async Task A_host_that_does_not_respond_is_a_504()
    {
        respond = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        await using var impatient = await RoundRobin.Start(Addresses, responseTimeout: TimeSpan.FromMilliseconds(200));

        Assert.That((int)(await client.Get(new Uri(impatient.Address, "/orders").ToString()).Soon()).Status, Is.EqualTo(504));
    }

    /// <summary>Sends requests one after the other and returns the responses' bodies.</summary>
    async Task<IReadOnlyList<string>> Get(int count)
    {
        var responses = new List<string>();
        while (responses.Count < count)
        {
            responses.Add((await client.Get("/orders")).Text);
        }

        return responses;
    }

    async Task StartHost(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var host = hosts[port] = builder.Build();
        host.MapGet("/health/ready", http =>
        {
            http.Response.StatusCode = readiness;
            Interlocked.Increment(ref checks);
            return Task.CompletedTask;
        });
        host.MapFallback(http => respond(http));
        await host.StartAsync();
    }

    /// <summary>Returns when the proxy knows whether the hosts are ready now.</summary>
    async Task SeeChecks()
    {
        // Both hosts are checked at the same time, and the next checks follow those that are evaluated.
        var seen = Volatile.Read(ref checks);
        await Wait.Until(() => Volatile.Read(ref checks) >= seen + (3 * ports.Length), "the readiness of the hosts to be checked");
    }
}
