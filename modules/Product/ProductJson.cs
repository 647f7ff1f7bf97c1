using System.Text.Json.Serialization;

namespace Shop.Product;

/// <summary>The module's requests and answers, their serialization generated at build time.</summary>
[JsonSerializable(typeof(ProductRequest))]
[JsonSerializable(typeof(CreateProduct.Answer), TypeInfoPropertyName = "CreateProductAnswer")]
[JsonSerializable(typeof(GetProduct.Answer), TypeInfoPropertyName = "GetProductAnswer")]
[JsonSerializable(typeof(ListProducts.Answer), TypeInfoPropertyName = "ListProductsAnswer")]
[JsonSerializable(typeof(UpdateProduct.Answer), TypeInfoPropertyName = "UpdateProductAnswer")]
[JsonSerializable(typeof(DeleteProduct.Answer), TypeInfoPropertyName = "DeleteProductAnswer")]
sealed partial class ProductJson : JsonSerializerContext;
