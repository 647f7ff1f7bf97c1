using System.Text.Json.Serialization;

namespace Shop.Order;

/// <summary>The module's requests and answers, their serialization generated at build time.</summary>
[JsonSerializable(typeof(PlaceOrder.Request), TypeInfoPropertyName = "PlaceOrderRequest")]
[JsonSerializable(typeof(PlaceOrder.Answer), TypeInfoPropertyName = "PlaceOrderAnswer")]
[JsonSerializable(typeof(ChangeStatus.Request), TypeInfoPropertyName = "ChangeStatusRequest")]
[JsonSerializable(typeof(ChangeStatus.Answer), TypeInfoPropertyName = "ChangeStatusAnswer")]
[JsonSerializable(typeof(GetOrder.Answer), TypeInfoPropertyName = "GetOrderAnswer")]
[JsonSerializable(typeof(ListOrders.Answer), TypeInfoPropertyName = "ListOrdersAnswer")]
sealed partial class OrderJson : JsonSerializerContext;
