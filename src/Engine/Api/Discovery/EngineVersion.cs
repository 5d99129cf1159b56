using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Discovery;

/// <summary>The Kubernetes version whose API the engine speaks.</summary>
public static class EngineVersion
{
    public const string Major = "1";
    public const string Minor = "31";
    public const string GitVersion = $"v{Major}.{Minor}.0+kontrakt";

    internal static JsonObject ToJson() => new()
    {
        ["major"] = Major,
        ["minor"] = Minor,
        ["gitVersion"] = GitVersion,
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "",
        ["platform"] = $"linux/{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64")}",
    };
}
