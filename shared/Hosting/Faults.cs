using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Shop.Shared.Data;

namespace Shop.Shared.Hosting;

/// <summary>Makes a problem of what went wrong outside any endpoint's hands: exceptions, and what routing refuses.</summary>
static partial class Faults
{
    public static void Use(IApplicationBuilder app, ILogger log)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = http => AnswerException(http, log),
            // Overload and a lost database get one line: a stack trace for each would bury the rest.
            SuppressDiagnosticsCallback = context => ProblemOf(context.Exception) is not InternalError,
        });
        app.UseStatusCodePages(context => AnswerStatus(context.HttpContext));
    }

    static Task AnswerException(HttpContext http, ILogger log)
    {
        var fault = http.Features.GetRequiredFeature<IExceptionHandlerFeature>().Error;
        var problem = ProblemOf(fault);
        if (problem is not InternalError)
        {
            Refused(log, problem.Code, fault.Message);
        }

        return problem.ExecuteAsync(http);
    }

    [LoggerMessage(LogLevel.Warning, "{Code}: {Reason}")]
    static partial void Refused(ILogger log, string code, string reason);

    static Problem ProblemOf(Exception fault) => fault switch
    {
        OutcomeUnknownException => DatabaseUnavailable.OutcomeUnknown,
        BadHttpRequestException => InvalidRequest.MalformedJson,
        _ => DatabaseFaults.KindOf(fault) switch
        {
            // What was run again and was in another's way each time.
            FaultKind.Overloaded or FaultKind.Conflict => new Overloaded(),
            FaultKind.Unavailable => new DatabaseUnavailable(),
            _ => new InternalError(),
        },
    };

    static Task AnswerStatus(HttpContext http)
    {
        switch (http.Response.StatusCode)
        {
            case StatusCodes.Status404NotFound:
                return new NotFound().ExecuteAsync(http);
            case StatusCodes.Status405MethodNotAllowed:
                AllowHead(http.Response.Headers);
                return new MethodNotAllowed().ExecuteAsync(http);
            default:
                return Task.CompletedTask;
        }
    }

    // Routing lists the mapped methods only, and RequestMethods routes HEAD to GET.
    static void AllowHead(IHeaderDictionary headers)
    {
        var allowed = headers.GetCommaSeparatedValues(HeaderNames.Allow);
        if (allowed.Contains(HttpMethods.Get))
        {
            headers.Allow = string.Join(", ", [.. allowed, HttpMethods.Head]);
        }
    }
}
