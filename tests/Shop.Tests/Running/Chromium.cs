using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Shop.Tests.Running;

/// <summary>A browser without a window, which reaches loopback and nothing else.</summary>
public sealed class Chromium : IAsyncDisposable
{
    // Debian's package and its wrapper, then what other systems have.
    static readonly string[] Programs =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    readonly IPlaywright playwright;
    readonly IBrowser browser;

    Chromium(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    /// <summary>Starts it. Where there is none, the test is ignored, or fails in CI, which installs one.</summary>
    public static async Task<Chromium> Start()
    {
        var program = Programs.FirstOrDefault(File.Exists);
        Requirements.Require(program is not null, "Chromium is not installed. Run: apt-get install chromium");
        // The default of 5 s is short for a machine that runs other tests.
        Assertions.SetDefaultExpectTimeout(30_000);
        var playwright = await Playwright.CreateAsync();
        return new(playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            // Its sandbox does not work for root, nor in most containers.
            Args = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        }));
    }

    /// <summary>Opens a page and returns when it has come to rest.</summary>
    public async Task<Visit> Visit(Uri address)
    {
        var visit = new Visit(await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 1000 } }));
        await visit.Page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle });
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}

/// <summary>A page in a browser, what it asked for and what it complained of.</summary>
public sealed class Visit : IAsyncDisposable
{
    readonly ConcurrentQueue<string> requests = new();
    readonly ConcurrentQueue<string> complaints = new();

    internal Visit(IPage page)
    {
        Page = page;
        page.Request += (_, request) => requests.Enqueue(request.Url);
        page.RequestFailed += (_, request) => complaints.Enqueue($"{request.Url}: {request.Failure}");
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Enqueue($"{message.Type}: {message.Text}");
            }
        };
        page.Response += (_, response) =>
        {
            if (!response.Ok)
            {
                complaints.Enqueue($"{response.Url}: {response.Status}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>The address of every request, those of data in the page itself left out.</summary>
    public IEnumerable<string> Requests => requests.Where(address => new Uri(address).Scheme is not ("data" or "blob"));

    /// <summary>Errors and warnings on the console, requests that failed, answers that are errors.</summary>
    public IEnumerable<string> Complaints => complaints;

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
