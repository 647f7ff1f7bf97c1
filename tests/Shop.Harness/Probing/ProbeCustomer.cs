using System.Net;
using System.Text;
using Shop.Harness.Processes;
using Shop.Harness.Shops;

namespace Shop.Harness.Probing;

/// <summary>The client of a <see cref="Probe"/>: one user, who orders one product and reads what a shop shows.</summary>
sealed class ProbeCustomer(ShopAddresses addresses, TimeSpan timeout) : IDisposable
{
    const int Stock = 1_000_000_000;

    readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    long lastOrder;

    /// <summary>Id of the user.</summary>
    public long User { get; private set; }

    /// <summary>Id of the product.</summary>
    public long Product { get; private set; }

    /// <summary>Creates the user and the product.</summary>
    /// <exception cref="InvalidOperationException">The shop refuses.</exception>
    public async Task Register()
    {
        var name = $"probe_{Guid.NewGuid():N}";
        User = await Create(addresses.Users, "user", $$"""{"username": "{{name}}", "email": "{{name}}@example.com"}""");
        Product = await Create(addresses.Products, "product", $$"""{"name": "{{name}}", "price": 9.99, "stock": {{Stock}}}""");
    }

    /// <summary>Sends a request. Number 0 and every fourth place an order of one unit; the others read.</summary>
    public async Task<ProbeOutcome> Send(long number)
    {
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            var request = Request(number);
            var response = await client.Ask(request, deadline.Token);
            if (response.Status != (request.Method == HttpMethod.Post ? HttpStatusCode.Created : HttpStatusCode.OK))
            {
                return new($"{(int)response.Status} {response.Code}".TrimEnd());
            }

            if (request.Method != HttpMethod.Post)
            {
                return new(Failure: null);
            }

            lastOrder = response.Json.GetProperty("order").GetProperty("id").GetInt64();
            return new(Failure: null, lastOrder);
        }
        catch (HttpRequestException fault)
        {
            return new(fault.HttpRequestError.ToString());
        }
        catch (OperationCanceledException)
        {
            return new("timeout");
        }
        catch (Exception fault)
        {
            // For example a response that is not JSON.
            return new(fault.GetType().Name);
        }
    }

    public void Dispose() => client.Dispose();

    HttpRequestMessage Request(long number) => (number % 8) switch
    {
        0 or 4 => Order(),
        1 => new(HttpMethod.Get, new Uri(addresses.Products, $"/products/{Product}")),
        2 => new(HttpMethod.Get, new Uri(addresses.Users, $"/users/{User}")),
        3 when lastOrder > 0 => new(HttpMethod.Get, new Uri(addresses.Orders, $"/orders/{lastOrder}")),
        5 => new(HttpMethod.Get, new Uri(addresses.Products, "/products?limit=20")),
        6 => new(HttpMethod.Get, new Uri(addresses.Users, "/users?limit=20")),
        _ => new(HttpMethod.Get, new Uri(addresses.Orders, $"/orders?user_id={User}&limit=20")),
    };

    HttpRequestMessage Order() => new(HttpMethod.Post, new Uri(addresses.Orders, "/orders"))
    {
        Headers = { { "Idempotency-Key", Guid.NewGuid().ToString() } },
        Content = new StringContent($$"""{"user_id": {{User}}, "product_id": {{Product}}, "quantity": 1}""", Encoding.UTF8, "application/json"),
    };

    async Task<long> Create(Uri service, string kind, string body)
    {
        var response = await client.Post(new Uri(service, $"/{kind}s").ToString(), body).Soon();
        return response.Status == HttpStatusCode.Created
            ? response.Json.GetProperty(kind).GetProperty("id").GetInt64()
            : throw new InvalidOperationException($"The probe cannot create its {kind}: {response}");
    }
}
