using System.Net;

namespace Shop.Harness.Shops;

/// <summary>One operation of the modules' interface, and what a client sends to have it done.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Route">Its path, with <c>{id}</c> for an id.</param>
/// <param name="Kind">What it is about: the member of its answer that holds the item.</param>
/// <param name="Client">The client of its module.</param>
/// <param name="Members">The members of its body; none where it takes no body.</param>
public sealed record Operation(HttpMethod Method, string Route, string Kind, Func<RunningShop, HttpClient> Client, params Member[] Members)
{
    /// <summary>Every operation of the three modules. Each succeeds in a shop that has the user 1, the product 1 with stock, the order 1, and a user 2 and a product 2 without orders.</summary>
    public static IReadOnlyList<Operation> Every { get; } =
    [
        new(
            HttpMethod.Post,
            "/products",
            "product",
            shop => shop.Products,
            new("name", MemberType.Text, "\"Lamp\""),
            new("price", MemberType.Money, "19.90"),
            new("stock", MemberType.Whole, "5")),
        new(HttpMethod.Get, "/products", "products", shop => shop.Products),
        new(HttpMethod.Get, "/products/{id}", "product", shop => shop.Products),
        new(
            HttpMethod.Put,
            "/products/{id}",
            "product",
            shop => shop.Products,
            new("name", MemberType.Text, "\"Lamp\""),
            new("price", MemberType.Money, "19.90"),
            new("stock", MemberType.Whole, "1000000")),
        new(HttpMethod.Delete, "/products/{id}", "product", shop => shop.Products),
        new(
            HttpMethod.Post,
            "/orders",
            "order",
            shop => shop.Orders,
            new("user_id", MemberType.Whole, "1"),
            new("product_id", MemberType.Whole, "1"),
            new("quantity", MemberType.Whole, "2")),
        new(HttpMethod.Get, "/orders", "orders", shop => shop.Orders),
        new(HttpMethod.Get, "/orders/{id}", "order", shop => shop.Orders),
        new(
            HttpMethod.Put,
            "/orders/{id}/status",
            "order",
            shop => shop.Orders,
            new Member("status", MemberType.Text, "\"pending\"")),
        new(
            HttpMethod.Post,
            "/users",
            "user",
            shop => shop.Users,
            new("username", MemberType.Text, "\"ann_{unique}\""),
            new("email", MemberType.Text, "\"ann_{unique}@example.com\"")),
        new(HttpMethod.Get, "/users", "users", shop => shop.Users),
        new(HttpMethod.Get, "/users/{id}", "user", shop => shop.Users),
        new(
            HttpMethod.Put,
            "/users/{id}",
            "user",
            shop => shop.Users,
            new("username", MemberType.Text, "\"ann_{unique}\""),
            new("email", MemberType.Text, "\"ann_{unique}@example.com\"")),
        new(HttpMethod.Delete, "/users/{id}", "user", shop => shop.Users),
    ];

    /// <summary>Those that take a body.</summary>
    public static IEnumerable<Operation> WithBody => Every.Where(operation => operation.Members.Length > 0);

    /// <summary>Those that take none.</summary>
    public static IEnumerable<Operation> WithoutBody => Every.Where(operation => operation.Members.Length == 0);

    /// <summary>Those that change what is given and leave the rest.</summary>
    public static IEnumerable<Operation> Updating =>
        Every.Where(operation => operation.Method == HttpMethod.Put && !operation.Route.EndsWith("/status", StringComparison.Ordinal));

    /// <summary>Those that want every member of their body.</summary>
    public static IEnumerable<Operation> WithWholeBody => WithBody.Except(Updating);

    /// <summary>Those that make something new.</summary>
    public static IEnumerable<Operation> Creating => Every.Where(operation => operation.Method == HttpMethod.Post);

    /// <summary>Those whose path has an id.</summary>
    public static IEnumerable<Operation> ById => Every.Where(operation => operation.Route.Contains("{id}", StringComparison.Ordinal));

    /// <summary>Those that answer with a page of items.</summary>
    public static IEnumerable<Operation> Listing => Reading.Except(ById);

    /// <summary>Those that read.</summary>
    public static IEnumerable<Operation> Reading => Every.Where(operation => operation.Method == HttpMethod.Get);

    /// <summary>Its status when it is done.</summary>
    public HttpStatusCode Success => Method == HttpMethod.Post ? HttpStatusCode.Created : HttpStatusCode.OK;

    /// <summary>The id of an item that it can be done to: what is ordered cannot be deleted.</summary>
    public string Id => Method == HttpMethod.Delete ? "2" : "1";

    /// <summary>Its path, for an id as it goes over the wire, or for one that is there.</summary>
    public string Path(string? id = null) => Route.Replace("{id}", id ?? Id, StringComparison.Ordinal);

    /// <summary>A body that is accepted, as often as it is asked for, unless it is changed.</summary>
    /// <param name="changes">Members that have another value (JSON as it stands), or with null are left out.</param>
    public string Body(params (string Name, string? Json)[] changes)
    {
        var given = changes.ToDictionary(change => change.Name, change => change.Json);
        var unique = Guid.NewGuid().ToString("N");
        var members = Members
            .Select(member => (member.Name, Json: given.GetValueOrDefault(member.Name, member.Valid.Replace("{unique}", unique, StringComparison.Ordinal))))
            .Concat(changes.Where(change => Members.All(member => member.Name != change.Name)))
            .Where(member => member.Json is not null)
            .Select(member => $"\"{member.Name}\": {member.Json}");
        return $"{{{string.Join(", ", members)}}}";
    }

    /// <summary>Asks for it, with the body given or one that is accepted.</summary>
    public Task<Answer> Ask(RunningShop shop, string? body = null) =>
        Client(shop).Send(Method, Path(), Members.Length > 0 ? body ?? Body() : null);

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Route}";
}

/// <summary>A member of a body.</summary>
/// <param name="Name">As the interface spells it.</param>
/// <param name="Type">What it must be.</param>
/// <param name="Valid">A value that is accepted, as JSON.</param>
public sealed record Member(string Name, MemberType Type, string Valid);

/// <summary>What a member of a body must be.</summary>
public enum MemberType
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with at most two decimals.</summary>
    Money,
}
