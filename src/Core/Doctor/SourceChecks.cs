using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Runs;

namespace Kontrakt.Doctor;

/// <summary>What a run begins with: the kontrakts, the tag of what is built, and the SDK that builds projects.</summary>
internal sealed class SourceChecks(Surroundings surroundings)
{
    /// <summary>What Kontrakt's own targets and tasks need.</summary>
    private const int LeastSdk = 10;

    private const string ReferenceRemedy = "git commit, or: export SOURCE_REFERENCE=TAG";

    public IEnumerable<Check> All =>
    [
        new("kontrakts", async token => (await surroundings.NeedsAsync(token)).Found),
        new("reference", ReferenceAsync) { Remedy = ReferenceRemedy },
        new("sdk", SdkAsync),
    ];

    private async Task<Finding> ReferenceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Finding.Ok($"SOURCE_REFERENCE is {SourceReference.Resolve(surroundings.Settings, DiscoverStep.Environment())}");
        }
        catch (KontraktException failure) when (failure.Is(Ktr.SourceReferenceMissing))
        {
            // Where nothing is built only a token in a manifest needs it, and its place is reported by the run.
            return Finding.Of(failure, ReferenceRemedy, (await surroundings.NeedsAsync(cancellationToken)).Images is { Count: 0 } ? CheckState.Warning : CheckState.Failed);
        }
    }

    private async Task<Finding> SdkAsync(CancellationToken cancellationToken)
    {
        var needed = (await surroundings.NeedsAsync(cancellationToken)).Projects;
        var (version, problem) = await VersionAsync(cancellationToken);
        if (version is not null && int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major >= LeastSdk)
            return Finding.Ok($".NET SDK {version} ('{DotnetHost.Path}')");
        var seen = version is not null ? $"the .NET SDK here is {version}, and projects are built with {LeastSdk}.0 or newer" : problem;
        return new(needed ? CheckState.Failed : CheckState.Warning, seen, $"install the .NET SDK {LeastSdk}.0 (https://dot.net/download), or correct global.json");
    }

    /// <summary>As a build in this folder would choose it: global.json counts.</summary>
    private async Task<(string? Version, string Problem)> VersionAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(DotnetHost.Path, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Directory.Exists(surroundings.Settings.Directory))
            start.WorkingDirectory = surroundings.Settings.Directory;
        try
        {
            using var process = Process.Start(start) ?? throw new Win32Exception("it does not start");
            await using var end = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode == 0 ? ((await output).Trim(), "") : (null, $"'{DotnetHost.Path} --version' ended with {process.ExitCode}: {await output} {await error}");
        }
        catch (Win32Exception missing)
        {
            return (null, $"there is no .NET SDK here: '{DotnetHost.Path}' cannot be run ({missing.Message})");
        }
    }
}
