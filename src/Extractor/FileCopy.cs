namespace Kontrakt.Extractor;

/// <summary>Copies one file; what is all zeros stays a hole.</summary>
internal static class FileCopy
{
    /// <summary>The bytes of the file.</summary>
    /// <param name="target">There is nothing there yet.</param>
    /// <param name="buffer">Of the caller, for all of its files.</param>
    public static long Run(string source, string target, byte[] buffer)
    {
        using var from = File.OpenHandle(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        using var to = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var at = 0L;
        for (int read; (read = RandomAccess.Read(from, buffer, at)) > 0; at += read)
        {
            var bytes = buffer.AsSpan(0, read);
            if (bytes.IndexOfAnyExcept((byte)0) >= 0)
                RandomAccess.Write(to, bytes, at);
        }
        RandomAccess.SetLength(to, at);
        return at;
    }
}
