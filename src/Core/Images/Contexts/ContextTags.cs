using System.Security.Cryptography;
using System.Text;
using Kontrakt.Git;
using Kontrakt.Settings;

namespace Kontrakt.Images.Contexts;

/// <summary>
/// The tag of a context that stands beside an image. It is the folder's own, so that two projects that call an image by one name do not push each other's
/// files out; and it is the same on every machine that has the repository under its name, so that each goes on from what another pushed.
/// </summary>
internal static class ContextTags
{
    /// <param name="name">What the context is within its project: its folder.</param>
    public static string For(string name, KontraktSettings settings)
    {
        var root = GitRoot.Of(settings.Directory);
        var within = Path.IsPathRooted(name) ? Path.GetRelativePath(root, name).Replace('\\', '/') : name;
        var identity = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(root))}/{within}";
        return $"latest-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..12]}";
    }
}
