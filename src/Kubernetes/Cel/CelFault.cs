namespace Kontrakt.Kubernetes.Cel;

/// <summary>
/// What a part comes to that has no value. A value of its own rather than an exception, because the logical operators continue with it: <c>fault || true</c> is true.
/// </summary>
/// <param name="Reason">Names fields and types, never values: those may be a Secret's.</param>
/// <param name="Absent">Only because the field that 'self' means does not exist.</param>
internal sealed record CelFault(string Reason, bool Absent = false)
{
    public static readonly CelFault NoSelf = new("the field does not exist", Absent: true);
}
