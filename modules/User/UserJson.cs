using System.Text.Json.Serialization;

namespace Shop.User;

/// <summary>The module's requests and answers, their serialization generated at build time.</summary>
[JsonSerializable(typeof(CreateUser.Request), TypeInfoPropertyName = "CreateUserRequest")]
[JsonSerializable(typeof(CreateUser.Answer), TypeInfoPropertyName = "CreateUserAnswer")]
[JsonSerializable(typeof(GetUser.Answer), TypeInfoPropertyName = "GetUserAnswer")]
sealed partial class UserJson : JsonSerializerContext;
