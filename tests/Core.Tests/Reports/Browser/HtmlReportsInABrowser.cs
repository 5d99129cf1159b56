using System.Text.Json.Nodes;
using Kontrakt.Reports.Html;

namespace Kontrakt.Tests.Reports.Browser;

/// <summary>The HTML report as a person meets it, in Chromium.</summary>
[TestClass]
[DoNotParallelize]
public sealed class HtmlReportsInABrowser
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task OpenWithoutErrorsAndAskForNothing()
    {
        using var run = new SampleRun();
        run.Store.Update("web", kontrakt => kontrakt with { Tests = [SampleRun.Failed(SampleRun.Awkward)], Diagnostics = [new("KTR4001", SampleRun.Awkward, null, 0, 0)] });
        run.Log("web", "smoke/awkward", SampleRun.Awkward + "<img src=x onerror=alert(1)>\n");
        await using var chromium = await Chromium.StartAsync(Token);

        var file = Write(run);
        await using var page = await BrowserPage.OpenAsync(chromium, file, "light", Token);

        Assert.IsEmpty(page.Complaints, string.Join('\n', page.Complaints));
        CollectionAssert.AreEqual(new[] { new Uri(file).AbsoluteUri }, page.Requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)).ToArray());
        Assert.AreEqual(0, (int?)await page.RunAsync("document.images.length"));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task HaveLandmarksHeadingsAndNames()
    {
        using var run = new SampleRun();
        await using var chromium = await Chromium.StartAsync(Token);
        await using var page = await BrowserPage.OpenAsync(chromium, Write(run), "light", Token);

        var told = await page.AccessibilityAsync();

        foreach (var expected in new[]
        {
            ("banner", ""), ("main", ""), ("contentinfo", ""), ("navigation", "Parts of this report"), ("search", "This report"), ("region", "Overview"),
            ("heading", "Kontrakts: 1 passed, 1 failed (9.0 s)"), ("searchbox", "Search tests, messages, events and logs"), ("checkbox", "Only what has not passed"),
            ("table", "Every kontrakt, its verdict, and when it ran"), ("rowheader", "web"), ("image", "lease 1.0 s, apply 1.0 s, wait 2.0 s, delete 3.0 s"),
        })
            Assert.Contains(expected, told, $"{expected} is not among\n{string.Join('\n', told)}");
        Assert.IsEmpty(told.Where(node => node.Role is "button" or "link" or "searchbox" or "checkbox" or "image" or "DisclosureTriangle" && node.Name.Length == 0), "something to use has no name");
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task FindWhatIsInALog()
    {
        using var run = new SampleRun();
        await using var chromium = await Chromium.StartAsync(Token);
        await using var page = await BrowserPage.OpenAsync(chromium, Write(run), "light", Token);

        var found = await page.RunAsync(Search("NEEDLE in"));
        await page.RunAsync("document.getElementById('next').click()");

        Assert.AreEqual("1 found in 1 of 2 kontrakts", (string?)found);
        Assert.AreEqual("1 of 1", (string?)await page.RunAsync("document.getElementById('hits').value"));
        Assert.AreEqual("web", (string?)await page.RunAsync("[...document.querySelectorAll('details.kontrakt')].filter(each => !each.hidden).map(each => each.querySelector('h3').textContent).join()"));
        Assert.IsTrue((bool?)await page.RunAsync("document.querySelector('details.log').open && document.querySelector('details.log pre').checkVisibility()"), "the log is not shown");
        Assert.AreEqual("0 found in 0 of 2 kontrakts", (string?)await page.RunAsync(Search("(nothing like it")));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task LeaveOutWhatHasPassedWhenAsked()
    {
        using var run = new SampleRun();
        await using var chromium = await Chromium.StartAsync(Token);
        await using var page = await BrowserPage.OpenAsync(chromium, Write(run), "light", Token);

        await page.RunAsync("document.getElementById('only-failed').click()");

        Assert.AreEqual("web", (string?)await page.RunAsync("[...document.querySelectorAll('#overview tbody tr')].filter(each => !each.hidden).map(each => each.querySelector('a').textContent).join()"));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task AreLightOrDarkAsTheReaderPrefersAndReadableInBoth()
    {
        using var run = new SampleRun();
        await using var chromium = await Chromium.StartAsync(Token);
        var backgrounds = new List<string?>();
        var pictures = new List<byte[]>();

        foreach (var scheme in new[] { "light", "dark" })
        {
            await using var page = await BrowserPage.OpenAsync(chromium, Write(run), scheme, Token);
            backgrounds.Add((string?)await page.RunAsync("getComputedStyle(document.body).backgroundColor"));
            pictures.Add(await page.ScreenshotAsync());
            var pale = (await page.RunAsync(LowContrast))?.AsArray() ?? [];
            Assert.IsEmpty(pale, $"{scheme}: contrast below 4.5 (WCAG 2.2, 1.4.3): {pale.ToJsonString()}");
        }

        CollectionAssert.AreEqual(new[] { "rgb(255, 255, 255)", "rgb(13, 17, 23)" }, backgrounds);
        // A picture of nothing packs to a few kB.
        Assert.IsTrue(pictures.All(picture => picture.Length > 20_000), string.Join(", ", pictures.Select(picture => picture.Length)));
    }

    /// <summary>Names as they are of a commit with changes: the table of images stays in the page, and no column is narrower than its words.</summary>
    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task HoldLongNamesOfImages()
    {
        using var run = new SampleRun();
        run.BuildLongImages();
        await using var chromium = await Chromium.StartAsync(Token);
        await using var page = await BrowserPage.OpenAsync(chromium, Write(run), "light", Token);
        await page.AskAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = 1280, ["height"] = 1000, ["deviceScaleFactor"] = 1, ["mobile"] = false });

        var widths = (string?)await page.RunAsync("""
            (() => {
              const details = [...document.querySelectorAll("details")].find(each => each.querySelector(".images"));
              const closed = !details.open;
              details.open = true;
              const cells = [...details.querySelectorAll("tbody tr:first-child > *")].map(each => Math.round(each.getBoundingClientRect().width));
              return [closed, document.documentElement.scrollWidth <= 1280, details.querySelector(".scroll").scrollWidth <= 1280, ...cells.map((width, column) => width >= [300, 300, 100, 150][column])].join();
            })()
            """);

        Assert.AreEqual("true,true,true,true,true,true,true", widths);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task CanBeUsedWithTheKeyboardAlone()
    {
        using var run = new SampleRun();
        await using var chromium = await Chromium.StartAsync(Token);
        await using var page = await BrowserPage.OpenAsync(chromium, Write(run), "light", Token);
        var reached = new List<string?>();

        for (var press = 0; press < 12; press++)
        {
            await PressAsync(page, "Tab");
            reached.Add((string?)await page.RunAsync("document.activeElement.id || document.activeElement.textContent.trim().split('\\n')[0]"));
        }

        CollectionAssert.IsSubsetOf(new[] { "Skip to the overview", "query", "previous", "next", "only-failed", "orders", "web" }, reached, string.Join(" | ", reached));
    }

    /// <summary>Elements with text of their own whose colours are too near to each other.</summary>
    private const string LowContrast = """
        (() => {
          const rgb = text => text.match(/[\d.]+/g).map(Number);
          const light = text => { const [r, g, b] = rgb(text).map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
          const back = element => { for (let e = element; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if ((rgb(c)[3] ?? 1) > 0) return c; } return "rgb(255, 255, 255)"; };
          document.querySelectorAll("details").forEach(each => each.open = true);
          return [...document.querySelectorAll("body *")]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !["SCRIPT", "STYLE"].includes(e.tagName) && e.checkVisibility())
            .map(e => { const [a, b] = [light(getComputedStyle(e).color), light(back(e))].sort((x, y) => y - x); return [(a + .05) / (b + .05), e.tagName, e.className, e.textContent.slice(0, 30)]; })
            .filter(([contrast]) => contrast < 4.5);
        })()
        """;

    private static async Task PressAsync(BrowserPage page, string key)
    {
        foreach (var type in new[] { "keyDown", "keyUp" })
            await page.AskAsync("Input.dispatchKeyEvent", new() { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = 9 });
    }

    /// <summary>Types, and gives what the page says of it, once it does.</summary>
    private static string Search(string text) => $$"""
        new Promise(done => {
          const [query, hits] = ["query", "hits"].map(id => document.getElementById(id));
          new MutationObserver((_, observer) => { observer.disconnect(); done(hits.value); }).observe(hits, { childList: true, characterData: true, subtree: true });
          query.value = {{JsonValue.Create(text).ToJsonString()}};
          query.dispatchEvent(new Event("input", { bubbles: true }));
        })
        """;

    private static string Write(SampleRun run)
    {
        var file = run.At("report.html");
        using var stream = File.Create(file);
        HtmlReport.Write(stream, run.Report, CancellationToken.None);
        return file;
    }
}
