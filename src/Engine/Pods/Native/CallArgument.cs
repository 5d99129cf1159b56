namespace Kontrakt.Engine.Pods.Native;

/// <summary>An argument of a system call: a number, or a text whose address is meant.</summary>
internal readonly record struct CallArgument(long Number, string? Text = null)
{
    public static implicit operator CallArgument(long number) => new(number);

    public static implicit operator CallArgument(int number) => new(number);

    public static implicit operator CallArgument(uint number) => new(number);

    public static implicit operator CallArgument(ulong number) => new((long)number);

    /// <summary>null is a null pointer.</summary>
    public static implicit operator CallArgument(string? text) => new(0, text);

    public static unsafe implicit operator CallArgument(void* address) => new((long)address);
}
