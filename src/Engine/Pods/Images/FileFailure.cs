using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Makes an exception of a system call that failed. HResult is the system's error number, as in .NET's own.</summary>
internal static class FileFailure
{
    /// <param name="doing">"making the folder".</param>
    public static IOException Of(string doing, string name, int error) =>
        new($"{doing} '{LayerPathName.Readable(name)}' failed: {Marshal.GetPInvokeErrorMessage(error)}", error);

    public static IOException Last(string doing, string name) => Of(doing, name, Marshal.GetLastPInvokeError());
}
