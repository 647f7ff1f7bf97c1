using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>A problem that endpoints list in their return types; by that, it is among their metadata.</summary>
/// <typeparam name="T">The problem itself.</typeparam>
public interface IListedProblem<T> : IEndpointMetadataProvider
    where T : IListedProblem<T>
{
    /// <summary>One of each code that the problem can have, for the OpenAPI document to show.</summary>
    static abstract IEnumerable<Problem> Examples { get; }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        foreach (var problem in T.Examples)
        {
            builder.Metadata.Add(problem);
        }
    }
}
