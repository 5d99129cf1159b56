namespace Kontrakt.Oci.Layers;

/// <summary>Paths inside an image.</summary>
public static class LayerPath
{
    /// <summary>Without leading, doubled or trailing '/', and without '.'; empty for the root.</summary>
    /// <exception cref="ArgumentException">The path leads out of the image, or no file system could hold it.</exception>
    public static string Normalize(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"the path '{path.Replace('\0', '?')}' holds a NUL character", nameof(path));
        var names = path.Split('/').Where(name => name is not ("" or ".")).ToArray();
        return names.Contains("..") ? throw new ArgumentException($"the path '{path}' holds '..', and could lead out of the image", nameof(path)) : string.Join('/', names);
    }
}
