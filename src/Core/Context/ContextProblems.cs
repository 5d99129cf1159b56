using Kontrakt.Diagnostics;

namespace Kontrakt.Context;

/// <summary>What the file system refuses, as a diagnostic with the path it is about.</summary>
internal static class ContextProblems
{
    public static bool IsRefusal(Exception error) => error is IOException or UnauthorizedAccessException;

    public static Diagnostic Unreadable(string path, string why) => Ktr.ContextUnreadable.At(new(path), path, why.TrimEnd('.'));

    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception refused) when (IsRefusal(refused))
        {
            throw new KontraktException([Unreadable(path, refused.Message)], refused);
        }
    }
}
