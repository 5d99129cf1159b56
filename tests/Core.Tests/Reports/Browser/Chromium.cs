using System.Diagnostics;

namespace Kontrakt.Tests.Reports.Browser;

/// <summary>A headless Chromium of its own, with nothing but the DevTools protocol on a port of loopback.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly string _profile = Directory.CreateTempSubdirectory("kontrakt-chromium-").FullName;
    private readonly Process _process;

    private Chromium(string program)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Tests run as root in containers, where Chromium's own sandbox does not start; the pages are this repository's.
            ArgumentList = { "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars", "--remote-debugging-port=0", $"--user-data-dir={_profile}", "about:blank" },
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    /// <summary>Inconclusive where there is none.</summary>
    public static async Task<Chromium> StartAsync(CancellationToken cancellationToken)
    {
        var program = Names.SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (program is null)
            Assert.Inconclusive("there is no Chromium on this machine (Debian: apt-get install chromium)");
        var chromium = new Chromium(program!);
        try
        {
            await chromium.ListensAsync(cancellationToken);
            return chromium;
        }
        catch (Exception)
        {
            await chromium.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of the browser's end of the protocol.</summary>
    public Uri Address { get; private set; } = new("ws://127.0.0.1");

    /// <summary>"DevTools listening on ws://..." on standard error, which must be read to its end so that the process never waits for it.</summary>
    private async Task ListensAsync(CancellationToken cancellationToken)
    {
        var said = new List<string>();
        while (await _process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            said.Add(line);
            if (line.IndexOf("ws://", StringComparison.Ordinal) is >= 0 and var at)
            {
                Address = new(line[at..].Trim());
                _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }
        Assert.Fail($"Chromium ended with {_process.ExitCode}:\n{string.Join('\n', said)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A child of the browser may still write while it ends; the folder is a temporary one.
        }
    }
}
