using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>What a Dockerfile takes from elsewhere by ADD, without saying what it has to be.</summary>
internal static partial class RemoteFiles
{
    /// <summary>The first such file or repository, or why that is not known; null: there is none.</summary>
    public static string? Find(string dockerfile)
    {
        try
        {
            return DockerfileReader.Read(dockerfile, File.ReadAllText(dockerfile)).Where(IsOpen).Select(add => $"'{add.Text}' in {dockerfile} is not in the repository").FirstOrDefault();
        }
        catch (Exception fault) when (fault is KontraktException or IOException or UnauthorizedAccessException)
        {
            return $"{dockerfile} cannot be read: {fault.Message}";
        }
    }

    private static bool IsOpen(Instruction instruction) =>
        instruction.Keyword == "ADD" && instruction.Flags.All(flag => flag.Name != "checksum") && Source().IsMatch(instruction.Rest);

    // A variable may be an address as well.
    [GeneratedRegex("""(^|[\s\["'])([A-Za-z][A-Za-z0-9+.]*://|git@|\$)""")]
    private static partial Regex Source();
}
