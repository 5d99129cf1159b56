using System.Text;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Names of files inside a layer: bytes, kept as one character each.</summary>
internal static class LayerPathName
{
    /// <summary>The names of a path; none for the root. A leading '/', doubled '/' and '.' mean nothing.</summary>
    /// <exception cref="LayerException">It has a "..", or a NUL.</exception>
    public static string[] Split(string path)
    {
        var names = path.Split('/').Where(name => name is not ("" or ".")).ToArray();
        if (names.Contains(".."))
            throw new LayerException($"it holds the path '{Readable(path)}', and '..' could lead out of the image");
        return path.Contains('\0', StringComparison.Ordinal) ? throw new LayerException($"it holds the path '{Readable(path)}' with a NUL character") : names;
    }

    /// <summary>As the system wants it, with a NUL at its end.</summary>
    public static byte[] Native(string name)
    {
        var bytes = new byte[name.Length + 1];
        Encoding.Latin1.GetBytes(name, bytes);
        return bytes;
    }

    /// <summary>For messages.</summary>
    public static string Readable(string name)
    {
        const int enough = 300;
        var text = new string([.. Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name)).Select(c => char.IsControl(c) ? '?' : c)]);
        return text.Length > enough ? text[..enough] + "…" : text;
    }

    /// <summary>A text that is Unicode, as a name.</summary>
    public static string FromText(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
