using Kontrakt.Oci.Names;

namespace Kontrakt.Images;

/// <summary>Moves names from one registry path to another.</summary>
internal static class RepositoryNames
{
    /// <summary>Whether a name is the registry or repository path, or is below it.</summary>
    public static bool IsBelow(string name, string path) =>
        name == path.TrimEnd('/') || name.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>The name with one prefix in place of another; the name itself where it is not below that prefix.</summary>
    public static string Replace(string name, string from, string to)
    {
        from = from.TrimEnd('/');
        return name == from ? to.TrimEnd('/')
            : name.StartsWith(from + "/", StringComparison.Ordinal) ? to.TrimEnd('/') + name[from.Length..]
            : name;
    }

    /// <summary>The same of a whole reference.</summary>
    public static ImageReference Move(ImageReference image, string from, string to) => ImageReference.Parse(Replace(image.Name, from, to)).WithTag(image.Tag).WithDigest(image.Digest);
}
