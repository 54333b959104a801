using Microsoft.Playwright;
using TileProof.Tests.Conformance;
using TileProof.Tests.Support;

namespace TileProof.Tests.Html;

/// <summary>The page in a browser: sorting, filtering, links into pictures that are not shown, light, dark, phone and print.</summary>
public sealed class BrowserTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    private readonly TemporaryFolder folder = new();
    private readonly List<string> complaints = [];
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task InitializeAsync()
    {
        if (Places.FirstOrDefault(File.Exists) is { } chromium)
        {
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = ["--no-sandbox"] });
            SampleReports.Write(SampleReports.Of(SoundOutcome.Value), folder.FullPath);
        }
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
    }

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public async Task Table_HeadingClicked_SortsByNumberAndBack()
    {
        IPage page = await OpenAsync();
        ILocator heading = page.Locator("#calls th", new PageLocatorOptions { HasTextString = "cycles" });
        await heading.Locator("button").ClickAsync();
        double[] ascending = await CyclesAsync(page);
        await heading.Locator("button").PressAsync("Enter");
        double[] descending = await CyclesAsync(page);

        Assert.Equal("descending", await heading.GetAttributeAsync("aria-sort"));
        Assert.True(ascending.Length > 20);
        Assert.Equal(ascending.Order(), ascending);
        Assert.Equal(ascending.OrderDescending(), descending);
        Assert.Empty(complaints);
    }

    [SkippableFact]
    public async Task Table_FilteredByWordsAndList_ShowsOnlyThoseRows()
    {
        IPage page = await OpenAsync();
        ILocator rows = page.Locator("#calls tbody tr:visible");
        int all = await rows.CountAsync();
        await page.Locator("#calls input[type=search]").FillAsync("CONV2D block");
        await page.Locator("#calls label", new PageLocatorOptions { HasTextString = "banks" }).Locator("select").SelectOptionAsync("cache");

        Assert.Equal(SoundOutcome.Value.Goldens.Count * 3, all);
        string text = Assert.Single(await rows.AllTextContentsAsync());
        Assert.Contains("block.conv1", text, StringComparison.Ordinal);
        Assert.Equal($"1 of {all} rows", await page.Locator("#calls output").TextContentAsync());
        Assert.Empty(complaints);
    }

    /// <summary>A row leads to its bar although another bank setting is shown, and the bar back to its row although that is filtered out.</summary>
    [SkippableFact]
    public async Task Links_ToWhatIsNotShown_ShowIt()
    {
        IPage page = await OpenAsync();
        ILocator bar = page.Locator("#bar-0-1-cache");
        Assert.False(await bar.IsVisibleAsync());
        await page.Locator("#call-0-1-cache td:nth-child(3) a").ClickAsync();
        Assert.True(await bar.IsVisibleAsync());
        Assert.Equal("bar-0-1-cache", await page.EvaluateAsync<string>("document.activeElement.id"));

        await page.Locator("#calls input[type=search]").FillAsync("nothing has these words");
        Assert.False(await page.Locator("#call-0-1-cache").IsVisibleAsync());
        await bar.Locator("a").ClickAsync();
        Assert.True(await page.Locator("#call-0-1-cache").IsVisibleAsync());

        await page.Locator("#call-0-1-4096x8192 td:nth-child(8) a").ClickAsync();
        Assert.True(await page.Locator("#map-0-1-4096x8192 svg").IsVisibleAsync());
        await page.Locator("#call-0-1-4096x8192 td:nth-child(13) a").ClickAsync();
        Assert.True(await page.Locator("#timeline-0-1-4096x8192 svg").IsVisibleAsync());
        Assert.Empty(complaints);
    }

    [SkippableFact]
    public async Task Keyboard_FirstTab_SkipsToTheContent()
    {
        IPage page = await OpenAsync();
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("content", await page.EvaluateAsync<string>("document.activeElement.id"));
    }

    [SkippableTheory]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task Page_AnyScreen_IsNoWiderAndReadable(int width, ColorScheme scheme)
    {
        IPage page = await OpenAsync(width, scheme);
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        int[] paper = await page.EvaluateAsync<int[]>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)");
        int[] ink = await page.EvaluateAsync<int[]>("getComputedStyle(document.body).color.match(/\\d+/g).map(Number)");
        int[] axis = await page.EvaluateAsync<int[]>("getComputedStyle(document.querySelector('.plot text')).fill.match(/\\d+/g).map(Number)");
        Assert.Equal(scheme == ColorScheme.Dark, paper.Sum() < ink.Sum());
        Assert.Equal(ink, axis);
        Assert.Empty(complaints);
    }

    [SkippableFact]
    public async Task Print_LeavesOutMenuAndProvenRows()
    {
        IPage page = await OpenAsync();
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.False(await page.Locator("header").IsVisibleAsync());
        Assert.Equal(0, await page.Locator("#calls tbody tr:visible").CountAsync());
        Assert.True(await page.Locator("h1").IsVisibleAsync());
    }

    private static async Task<double[]> CyclesAsync(IPage page) =>
        await page.EvaluateAsync<double[]>("[...document.querySelectorAll('#calls tbody tr')].map(row => row.cells[12].textContent.replaceAll(',', '')).filter(text => text).map(Number)");

    private async Task<IPage> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        Skip.If(browser is null, "no chromium");
        IPage page = await browser!.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme });
        string address = new Uri(folder["report.html"]).AbsoluteUri;
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, message) => complaints.Add(message);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                complaints.Add($"asks for {request.Url}");
            }
        };
        await page.GotoAsync(address);
        return page;
    }
}
