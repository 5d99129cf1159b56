using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Kontrakt.Oci.Model;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>The arguments that every Dockerfile has without being given them: TARGETPLATFORM and its kin.</summary>
internal static partial class PlatformArguments
{
    /// <summary>This machine's, which is used for the cluster's nodes where a build names none.</summary>
    public static string Machine { get; } = "linux/" + RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        Architecture.Arm => "arm/v7",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <param name="platform">os/arch[/variant]; null for this machine's.</param>
    public static Platform Parse(string? platform) => (platform ?? Machine).Split('/') is [var os, var architecture, .. var rest] ? new(os, architecture, rest.FirstOrDefault())
        : throw new FormatException($"'{platform}' is not a platform such as linux/arm64");

    /// <param name="platform">os/arch[/variant] that is built for; null for this machine's.</param>
    public static IReadOnlyDictionary<string, string> Of(string? platform)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (prefix, text) in new[] { ("TARGET", platform ?? Machine), ("BUILD", Machine) })
        {
            var parts = text.Split('/');
            (values[$"{prefix}PLATFORM"], values[$"{prefix}OS"], values[$"{prefix}ARCH"], values[$"{prefix}VARIANT"]) = (text, parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? "");
        }
        return values;
    }

    /// <summary>Those that a Dockerfile asks for: in an ARG, or in a FROM.</summary>
    public static IReadOnlySet<string> UsedBy(IEnumerable<Instruction> instructions) =>
        instructions.Where(instruction => instruction.Keyword is "ARG" or "FROM").SelectMany(instruction => Name().Matches(instruction.Arguments).Select(match => match.Value)).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\b(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)\b")]
    private static partial Regex Name();
}
