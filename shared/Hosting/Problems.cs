using System.Globalization;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Shared.Hosting;

// Every error that the interface knows, one class each. An endpoint lists those it may answer in its return type, from which the OpenAPI
// document has them; the instance in Examples is what the document shows.

/// <summary>The request itself cannot be taken: its media type, its size, its JSON or its members.</summary>
public sealed class InvalidRequest : Problem, IListedProblem<InvalidRequest>
{
    InvalidRequest(int status, string code, string title, string detail)
        : base(status, code, title, detail)
    {
    }

    static IEnumerable<Problem> IListedProblem<InvalidRequest>.Examples =>
        [MalformedJson, Invalid(new() { ["member"] = ["Is required."] }), PayloadTooLarge, UnsupportedMediaType];

    /// <summary>400: the body is no JSON object.</summary>
    public static InvalidRequest MalformedJson { get; } =
        new(400, "malformed_json", "Malformed JSON", "The body must be one JSON object in UTF-8, nested at most 64 deep.");

    /// <summary>413: the body is larger than <see cref="RequestBody.MaxBytes"/>.</summary>
    public static InvalidRequest PayloadTooLarge { get; } =
        new(413, "payload_too_large", "Payload too large", $"The body must not exceed {RequestBody.MaxBytes} bytes.");

    /// <summary>415: the body is not announced as JSON.</summary>
    public static InvalidRequest UnsupportedMediaType { get; } =
        new(415, "unsupported_media_type", "Unsupported media type", "The request needs Content-Type: application/json.");

    /// <summary>415: the body is compressed.</summary>
    public static InvalidRequest UnsupportedContentEncoding { get; } =
        new(415, "unsupported_media_type", "Unsupported media type", "The body must not have a Content-Encoding other than identity.");

    /// <summary>400: members are missing, of the wrong type or out of range.</summary>
    /// <param name="errors">The messages for each member at fault, by its name as the interface spells it.</param>
    public static InvalidRequest Invalid(Dictionary<string, string[]> errors) =>
        new(400, "validation_failed", "Validation failed", $"Not valid: {string.Join(", ", errors.Keys)}.")
        {
            Members = new Dictionary<string, object> { ["errors"] = errors },
        };
}

/// <summary>404: no product has the id asked for.</summary>
public sealed class ProductNotFound(string id)
    : Problem(404, "product_not_found", "Product not found", $"There is no product {id}."), IListedProblem<ProductNotFound>
{
    static IEnumerable<Problem> IListedProblem<ProductNotFound>.Examples => [new ProductNotFound(4711)];

    /// <summary>For an id that is a number.</summary>
    public ProductNotFound(int id)
        : this(id.ToString(CultureInfo.InvariantCulture))
    {
    }
}

/// <summary>404: no order has the id asked for.</summary>
public sealed class OrderNotFound(string id)
    : Problem(404, "order_not_found", "Order not found", $"There is no order {id}."), IListedProblem<OrderNotFound>
{
    static IEnumerable<Problem> IListedProblem<OrderNotFound>.Examples => [new OrderNotFound("4711")];
}

/// <summary>404: no user has the id asked for.</summary>
public sealed class UserNotFound(string id)
    : Problem(404, "user_not_found", "User not found", $"There is no user {id}."), IListedProblem<UserNotFound>
{
    static IEnumerable<Problem> IListedProblem<UserNotFound>.Examples => [new UserNotFound(4711)];

    /// <summary>For an id that is a number.</summary>
    public UserNotFound(int id)
        : this(id.ToString(CultureInfo.InvariantCulture))
    {
    }
}

/// <summary>409: fewer units are there than were asked for.</summary>
public sealed class InsufficientStock : Problem, IListedProblem<InsufficientStock>
{
    static IEnumerable<Problem> IListedProblem<InsufficientStock>.Examples => [new InsufficientStock(productId: 1, available: 3)];

    /// <param name="productId">The product asked for.</param>
    /// <param name="available">Units of stock that were there at the order's turn.</param>
    public InsufficientStock(int productId, int available)
        : base(409, "insufficient_stock", "Insufficient stock", $"Only {available} of product {productId} are left.") =>
        Members = new Dictionary<string, object> { ["available"] = available };
}

/// <summary>409: the username or the e-mail address is another user's, compared without case.</summary>
public sealed class DuplicateUser : Problem, IListedProblem<DuplicateUser>
{
    static IEnumerable<Problem> IListedProblem<DuplicateUser>.Examples => [new DuplicateUser("username")];

    /// <param name="field">The member that is taken: <c>username</c> or <c>email</c>.</param>
    public DuplicateUser(string field)
        : base(409, "duplicate_user", "Duplicate user", $"This {field} is taken.") =>
        Members = new Dictionary<string, object> { ["field"] = field };
}

/// <summary>409: orders of the product exist, whatever their status, so it stays.</summary>
public sealed class ProductInUse(int id)
    : Problem(409, "product_in_use", "Product in use", $"Product {id} has orders and cannot be deleted."), IListedProblem<ProductInUse>
{
    static IEnumerable<Problem> IListedProblem<ProductInUse>.Examples => [new ProductInUse(1)];
}

/// <summary>409: the user has orders, whatever their status, so it stays.</summary>
public sealed class UserInUse(int id)
    : Problem(409, "user_in_use", "User in use", $"User {id} has orders and cannot be deleted."), IListedProblem<UserInUse>
{
    static IEnumerable<Problem> IListedProblem<UserInUse>.Examples => [new UserInUse(1)];
}

/// <summary>412: the item has another version than the request's preconditions want; nothing was changed.</summary>
public sealed class VersionMismatch()
    : Problem(
        412, "version_mismatch", "Version mismatch", "The item is not, or no longer, of the version that If-Match or If-None-Match asks for."),
    IListedProblem<VersionMismatch>
{
    static IEnumerable<Problem> IListedProblem<VersionMismatch>.Examples => [new VersionMismatch()];
}

/// <summary>409: an order in this state does not go to the state asked for.</summary>
public sealed class IllegalTransition : Problem, IListedProblem<IllegalTransition>
{
    static IEnumerable<Problem> IListedProblem<IllegalTransition>.Examples =>
        [new IllegalTransition("pending", "completed", ["shipped", "cancelled"])];

    /// <param name="from">The order's state.</param>
    /// <param name="to">The state asked for.</param>
    /// <param name="allowed">The states that may follow, without the present one.</param>
    public IllegalTransition(string from, string to, string[] allowed)
        : base(409, "illegal_transition", "Illegal transition", $"An order that is {from} cannot become {to}.") =>
        Members = new Dictionary<string, object> { ["allowed"] = allowed };
}

/// <summary>409: with the units put back, the product would have more than the largest stock; nothing was changed.</summary>
public sealed class StockOverflow(int productId)
    : Problem(
        409, "stock_overflow", "Stock overflow", $"Product {productId} cannot take the units back: its stock would exceed {int.MaxValue}."),
    IListedProblem<StockOverflow>
{
    static IEnumerable<Problem> IListedProblem<StockOverflow>.Examples => [new StockOverflow(1)];
}

/// <summary>422: the idempotency key belongs to an order of another user, product or quantity.</summary>
public sealed class IdempotencyKeyReused()
    : Problem(
        422, "idempotency_key_reused", "Idempotency key reused", "This Idempotency-Key was used for another user, product or quantity."),
    IListedProblem<IdempotencyKeyReused>
{
    static IEnumerable<Problem> IListedProblem<IdempotencyKeyReused>.Examples => [new IdempotencyKeyReused()];
}

/// <summary>404: no endpoint has this path.</summary>
public sealed class NotFound() : Problem(404, "not_found", "Not found", "There is nothing at this path.");

/// <summary>405: the path does not know the method; the header <c>Allow</c> says what it knows.</summary>
public sealed class MethodNotAllowed() : Problem(405, "method_not_allowed", "Method not allowed", "This path does not know this method.");

/// <summary>500: a fault of ours.</summary>
public sealed class InternalError() : Problem(
    500, "internal_error", "Internal error", "Something went wrong on our side. The trace id helps to find out what.");

/// <summary>503: too much is going on; nothing was done.</summary>
public sealed class Overloaded : Problem
{
    /// <summary>Asks the client to come again after a second.</summary>
    public Overloaded()
        : base(503, "overloaded", "Overloaded", "The service has too much to do at the moment. Nothing was done; try again.") =>
        RetryAfter = 1;
}

/// <summary>503: the database cannot be used.</summary>
public sealed class DatabaseUnavailable : Problem
{
    /// <summary>Nothing was done. Asks the client to come again after some seconds.</summary>
    public DatabaseUnavailable()
        : this("The database cannot be used at the moment. Nothing was done; try again.")
    {
    }

    DatabaseUnavailable(string detail)
        : base(503, "database_unavailable", "Database unavailable", detail) =>
        RetryAfter = 5;

    /// <summary>The database went away before the result of a write was read.</summary>
    public static DatabaseUnavailable OutcomeUnknown { get; } = new(
        "The database went away while it wrote. It is unknown whether this was done: look before you try again. An order with an Idempotency-Key can be repeated safely.");
}
