using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Telemetry;

/// <summary>What a scrape of each host finds.</summary>
public sealed partial class SeriesTests(Layout layout) : ShopTests(layout)
{
    /// <summary>What every host tells of itself.</summary>
    static readonly string[] OfEveryHost =
    [
        "shop_build_info", "process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds", "process_open_handles",
        "dotnet_gc_pause_seconds_total", "dotnet_gc_allocated_bytes_total", "dotnet_total_memory_bytes", "dotnet_collection_count_total", "dotnet_threadpool_threads",
        "dotnet_threadpool_queue_length", "dotnet_threadpool_items_total", "dotnet_lock_contentions_total", "dotnet_exceptions_total", "npgsql_pool_connections",
        "npgsql_pool_max_connections", "shop_pool_waiting_callers", "shop_pool_refused_total", "npgsql_commands_executing", "npgsql_commands_failed_total",
        "npgsql_command_duration_seconds_count", "http_requests_received_total", "http_request_duration_seconds_count", "http_requests_in_progress",
    ];

    (string Kind, HttpClient Client)[] Ports => [("product", Shop.Products), ("order", Shop.Orders), ("user", Shop.Users)];

    [Test]
    public async Task H4_Every_host_tells_of_its_requests_its_process_its_runtime_and_its_connections()
    {
        await Furnish();
        foreach (var (_, client) in Ports)
        {
            var names = (await Series(client)).Select(Name).ToHashSet();

            Assert.That(names, Is.SupersetOf(OfEveryHost));
        }
    }

    [Test]
    public async Task H4_A_host_has_few_series_whatever_is_asked_of_it()
    {
        await Furnish();
        var hosts = Shop.Hosts.Count;
        foreach (var operation in Operation.Every)
        {
            await Parallel.ForEachAsync(Enumerable.Range(3, 300), async (id, _) =>
            {
                await operation.Client(Shop).Send(operation.Method, $"{operation.Path($"{id}")}?unknown={id}", operation.Members.Length > 0 ? operation.Body() : null);
                await operation.Client(Shop).Send(new($"M{id}"), $"/made/up/{id}");
            });
        }

        foreach (var (_, client) in Ports)
        {
            var series = await Series(client);

            Assert.That(series, Has.Count.LessThan(hosts == 1 ? 900 : 450), string.Join('\n', series));
        }
    }

    [Test]
    public async Task H4_Failures_of_every_operation_are_counted_from_zero_so_that_the_first_are_an_increase()
    {
        await using var shop = await Sandbox.StartShop(Layout);
        foreach (var operation in Operation.Every)
        {
            foreach (var code in new[] { 500, 503 })
            {
                var module = operation.Kind.TrimEnd('s');
                var failures = $"http_requests_received_total{{module=\"{module}\",route=\"{operation.Route}\",method=\"{operation.Method}\",code=\"{code}\"}} 0";

                Assert.That(await Series(operation.Client(shop)), Does.Contain(failures));
            }
        }
    }

    [Test]
    public async Task H4_Every_counter_in_the_code_is_on_the_first_page_of_its_hosts_and_those_of_the_shop_are_zero()
    {
        (string Module, HostKind Host)[] served = [("Product", Layout.Products), ("Order", Layout.Orders), ("User", Layout.Users)];
        foreach (var modules in served.GroupBy(module => module.Host, module => module.Module))
        {
            // The first request to the host: the harness of the other tests has sent some before.
            await using var host = await HostProcess.Start(
                modules.Key.Name, new Dictionary<string, string> { ["ConnectionStrings__Shop"] = Database.ConnectionString(modules.Key.Role) });
            using var client = new HttpClient { BaseAddress = host.AddressOf(modules.First().ToLowerInvariant()) };

            var series = await Series(client);

            var counters = modules.Select(module => $"modules/{module}").Append("shared").SelectMany(Counters).ToHashSet();
            Assert.That(counters, Is.Not.Empty);
            Assert.That(series.Select(Name), Is.SupersetOf(counters));
            Assert.That(series.Where(line => line.StartsWith("shop_", StringComparison.Ordinal) && counters.Contains(Name(line))), Has.All.EndsWith(" 0"));
        }
    }

    [Test]
    public async Task H4_No_counter_or_histogram_of_the_shop_appears_only_with_its_first_event()
    {
        await Furnish();
        await using var shop = await Sandbox.StartShop(Layout);
        var atStart = await Counted();

        foreach (var operation in Operation.Every)
        {
            await operation.Ask(shop);
            await operation.Client(shop).Send(operation.Method, operation.Path("4711"), operation.Members.Length > 0 ? "{}" : null);
        }

        await shop.Orders.Order(user: 1, product: 1, quantity: 1_000_000);
        await shop.Orders.Order(user: 4711, product: 1);
        await shop.Orders.PutStatus(1, "shipped");
        await shop.Orders.PutStatus(1, "completed");

        Assert.That(await Counted(), Is.EquivalentTo(atStart));
        Assert.That(await shop.Metric("shop_order_steps_total{status=\"completed\"}"), Is.EqualTo(1));

        async Task<string[]> Counted()
        {
            var pages = await Task.WhenAll(new[] { shop.Products, shop.Orders, shop.Users }.Select(Series));
            return [.. pages.SelectMany((page, host) => page.Where(IsCounted).Select(line => $"{host} {line[..line.LastIndexOf(' ')]}"))];
        }

        static bool IsCounted(string line) => Name(line) is var name && name.StartsWith("shop_", StringComparison.Ordinal)
            && (name.EndsWith("_total", StringComparison.Ordinal) || name.EndsWith("_count", StringComparison.Ordinal));
    }

    [Test]
    public async Task H4_Commands_are_timed_and_those_that_fail_are_counted()
    {
        var (user, product) = (await User(), await Product(stock: 10));
        var (timed, failed) = (await Shop.Metric("npgsql_command_duration_seconds_count"), await Shop.Metric("npgsql_commands_failed_total"));
        await using (await Sabotage.Inserts(Database, "orders.orders", "out of order"))
        {
            (await Shop.Orders.Order(user, product)).MustBe("internal_error");
        }

        Assert.That(await Shop.Metric("npgsql_command_duration_seconds_count"), Is.GreaterThan(timed));
        Assert.That(await Shop.Metric("npgsql_commands_failed_total"), Is.GreaterThan(failed));
    }

    [Test]
    public async Task H4_A_duration_carries_the_trace_of_a_request()
    {
        await Furnish();
        foreach (var (kind, client) in Ports)
        {
            // One exemplar a second is kept; the next request after that is.
            await Wait.Until(
                async () =>
                {
                    var traceId = (await client.Get($"/{kind}s/1")).TraceId;
                    var page = await client.Send(HttpMethod.Get, "/metrics", null, ("Accept", "application/openmetrics-text"));
                    return new[]
                    {
                        $"http_request_duration_seconds_bucket{{module=\"{kind}\",route=\"/{kind}s/{{id}}\"", $"shop_batch_wait_seconds_bucket{{batch=\"get_{kind}\"",
                    }.All(duration => page.Text.Split('\n').Any(line =>
                        line.StartsWith(duration, StringComparison.Ordinal) && line.Contains($"# {{trace_id=\"{traceId}\"", StringComparison.Ordinal)));
                },
                $"an exemplar of {kind}");
        }
    }

    [Test]
    public async Task H4_What_there_is_to_sell_and_who_may_buy_is_told_by_the_hosts_that_serve_it()
    {
        await Furnish();
        await Wait.Until(
            async () => await Value(Shop.Products, "shop_products") == 2
                && await Value(Shop.Products, "shop_products_out_of_stock") == 1
                && await Value(Shop.Products, "shop_stock_units") == 999_999
                && await Value(Shop.Users, "shop_users") == 2
                && await Shop.Metric("shop_bestseller_product_id{rank=\"1\"}") == Shop.EveryOrders.Count
                && await Shop.Metric("shop_bestseller_sold_units{rank=\"1\"}") == Shop.EveryOrders.Count
                && await Shop.Metric("shop_bestseller_stock_units{rank=\"1\"}") == 999_999 * Shop.EveryOrders.Count,
            "the next reading");
        // Nobody has bought the other product.
        Assert.That(await Series(Shop.Orders), Has.None.StartsWith("shop_bestseller_product_id{rank=\"2\"}"));
    }

    [Test]
    public async Task H4_What_is_sold_is_counted_once()
    {
        var (user, product) = (await User(), await Product(stock: 10, price: "2.50"));
        var (units, money, cancelled) = (
            await Shop.Metric("shop_units_sold_total"), await Shop.Metric("shop_revenue_total"), await Shop.Metric("shop_order_steps_total{status=\"cancelled\"}"));

        await Shop.Orders.Order(user, product, quantity: 3, key: "key");
        await Shop.Orders.Order(user, product, quantity: 3, key: "key");
        await Shop.Orders.Order(user, product, quantity: 30);
        await Shop.Orders.PutStatus(1, "cancelled");
        await Shop.Orders.PutStatus(1, "cancelled");

        Assert.That(await Shop.Metric("shop_units_sold_total"), Is.EqualTo(units + 3));
        Assert.That(await Shop.Metric("shop_revenue_total"), Is.EqualTo(money + 7.5));
        Assert.That(await Shop.Metric("shop_order_steps_total{status=\"cancelled\"}"), Is.EqualTo(cancelled + 1));
    }

    [Test]
    public async Task H4_Without_telemetry_only_what_the_modules_count_is_told()
    {
        await using var shop = await Sandbox.StartShop(Layout, settings: ("TELEMETRY", "off"));
        await shop.Users.Get("/users/4711");

        var names = (await Series(shop.Users)).Select(Name).ToHashSet();

        Assert.That(names, Does.Contain("shop_batch_size_count").And.Not.Contain("http_requests_received_total").And.Not.Contain("npgsql_pool_connections"));
        Assert.That(shop.Hosts.SelectMany(host => host.Lines), Has.None.Contains("/users/4711"));
    }

    /// <summary>The counters that the sources in a folder declare, but for those that exist only on some machines.</summary>
    static IEnumerable<string> Counters(string folder) => Directory
        .EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => DeclaredCounter().Matches(File.ReadAllText(file)))
        .Where(declared => !declared.Value.Contains("SuppressInitialValue", StringComparison.Ordinal))
        .Select(declared => declared.Groups["name"].Value);

    [GeneratedRegex("""CreateCounter\(\s*"(?<name>\w+)"[^;]*;""")]
    private static partial Regex DeclaredCounter();

    static string Name(string series) => series.Split('{', ' ')[0];

    static async Task<List<string>> Series(HttpClient client) =>
        [.. (await client.GetStringAsync("/metrics")).Split('\n').Where(line => line.Length > 0 && line[0] != '#')];

    static async Task<double?> Value(HttpClient client, string name) =>
        (await Series(client)).Where(line => Name(line) == name).Select(line => (double?)double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)).SingleOrDefault();
}
