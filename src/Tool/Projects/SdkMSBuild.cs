using System.Collections;
using Microsoft.Build.Locator;

namespace Kontrakt.Tool.Projects;

/// <summary>The MSBuild of the .NET SDK that 'dotnet' takes in a folder, loaded into this process. Builds that are started later do not see what it set in the environment.</summary>
internal sealed class SdkMSBuild : IDisposable
{
    private readonly Dictionary<string, string?> _before;

    private SdkMSBuild(Dictionary<string, string?> before, string folder)
    {
        _before = before;
        // Functions in projects read relative paths as a build does.
        Environment.CurrentDirectory = folder;
        // What workloads import says nothing about Kontrakt, and finding them takes a fifth of the time.
        Environment.SetEnvironmentVariable("MSBuildEnableWorkloadResolver", "false");
    }

    /// <summary>Null where there is no SDK, or none that the folder's global.json allows.</summary>
    public static SdkMSBuild? Find(string folder)
    {
        var before = Variables();
        return MSBuildLocator.IsRegistered || Register(folder) ? new(before, folder) : null;
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = StartFolder.FullPath;
        foreach (var (name, value) in Variables())
            if (_before.GetValueOrDefault(name) != value)
                Environment.SetEnvironmentVariable(name, _before.GetValueOrDefault(name));
    }

    private static bool Register(string folder)
    {
        try
        {
            var options = new VisualStudioInstanceQueryOptions { DiscoveryTypes = DiscoveryType.DotNetSdk, WorkingDirectory = folder };
            if (MSBuildLocator.QueryVisualStudioInstances(options).FirstOrDefault() is not { } sdk)
                return false;
            MSBuildLocator.RegisterInstance(sdk);
            return true;
        }
        catch (InvalidOperationException)
        {
            // Its way to say that it found no dotnet, or no SDK that is allowed.
            return false;
        }
    }

    private static Dictionary<string, string?> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value, StringComparer.Ordinal);
}
