namespace Kontrakt.Diagnostics;

/// <summary>The dotnet that runs this program, else the one on PATH.</summary>
public static class DotnetHost
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host)
            return host;
        return Environment.ProcessPath is { } running && System.IO.Path.GetFileNameWithoutExtension(running) == "dotnet" ? running : "dotnet";
    }
}
