using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Settings;

/// <summary>The settings of a run, and those that only building needs.</summary>
/// <param name="Configuration">The configuration that projects are built in; null for their own default.</param>
internal sealed record ToolSettings(KontraktSettings Settings, string? Configuration)
{
    /// <summary>From the command line, else the environment.</summary>
    /// <exception cref="KontraktException">Every value that is not acceptable.</exception>
    public static ToolSettings Read(ParseResult result, Func<string, string?> environment)
    {
        var given = SettingOptions.Read(result, environment);
        var current = Directory.GetCurrentDirectory();
        // The same place that a build of a project in the directory uses, so that either goes on where the other left off.
        given.TryAdd("KontraktRunsDirectory", Path.Combine(Path.GetFullPath(given.GetValueOrDefault("KontraktDirectory") ?? ".", current), "obj", "kontrakt"));
        given["GITHUB_STEP_SUMMARY"] = environment("GITHUB_STEP_SUMMARY");
        given["GITHUB_OUTPUT"] = environment("GITHUB_OUTPUT");
        given["KontraktEngineProgram"] = Path.Combine(AppContext.BaseDirectory, "kontrakt.dll");
        return new(SettingsReader.Read(given, current), given.GetValueOrDefault("Configuration"));
    }
}
