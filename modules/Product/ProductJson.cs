using System.Text.Json.Serialization;

namespace Shop.Product;

/// <summary>The module's requests and answers, their serialization generated at build time.</summary>
[JsonSerializable(typeof(CreateProduct.Request), TypeInfoPropertyName = "CreateProductRequest")]
[JsonSerializable(typeof(CreateProduct.Answer), TypeInfoPropertyName = "CreateProductAnswer")]
[JsonSerializable(typeof(GetProduct.Answer), TypeInfoPropertyName = "GetProductAnswer")]
sealed partial class ProductJson : JsonSerializerContext;
