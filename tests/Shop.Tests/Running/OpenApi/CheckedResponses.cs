namespace Shop.Tests.Running.OpenApi;

/// <summary>Fails the test if a response is not one that the host's OpenAPI document allows.</summary>
/// <param name="host">The host that is asked.</param>
/// <param name="inner">Sends the requests.</param>
sealed class CheckedResponses(HostKind host, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (method, path) = (request.Method.Method, request.RequestUri!.AbsolutePath);
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        if (InterfaceDocument.Of(host) is { } document)
        {
            document.MustAllow(method, path, await Answer.Of(response, cancellationToken));
        }

        return response;
    }
}
