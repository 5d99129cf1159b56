namespace Kontrakt.Images.Builds;

/// <summary>What marks the pods of builds, besides the labels of leases.</summary>
internal static class BuildLabels
{
    /// <summary>The build's name.</summary>
    public const string Build = "kontrakt/build";
}
