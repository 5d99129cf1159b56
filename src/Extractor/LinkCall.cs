using System.Runtime.InteropServices;

namespace Kontrakt.Extractor;

/// <summary>link(2).</summary>
internal static partial class LinkCall
{
    /// <exception cref="IOException">The system's own words.</exception>
    public static void Make(string existing, string name)
    {
        if (Link(existing, name) != 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
