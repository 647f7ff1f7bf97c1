using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Shop.Shared.Hosting;

/// <summary>The JSON that every host answers of itself.</summary>
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(HealthReport))]
sealed partial class HostingJson : JsonSerializerContext;
