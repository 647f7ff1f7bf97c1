using System.Text.Json.Serialization;

namespace Shop.User;

/// <summary>The module's requests and answers, their serialization generated at build time.</summary>
[JsonSerializable(typeof(UserRequest))]
[JsonSerializable(typeof(CreateUser.Answer), TypeInfoPropertyName = "CreateUserAnswer")]
[JsonSerializable(typeof(GetUser.Answer), TypeInfoPropertyName = "GetUserAnswer")]
[JsonSerializable(typeof(ListUsers.Answer), TypeInfoPropertyName = "ListUsersAnswer")]
[JsonSerializable(typeof(UpdateUser.Answer), TypeInfoPropertyName = "UpdateUserAnswer")]
[JsonSerializable(typeof(DeleteUser.Answer), TypeInfoPropertyName = "DeleteUserAnswer")]
sealed partial class UserJson : JsonSerializerContext;
