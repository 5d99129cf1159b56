using Kontrakt.Tests;
using System.Security.Cryptography;

namespace Tool.Tests.Attestations;

/// <summary>Keys in files of a folder.</summary>
internal static class KeyFiles
{
    /// <summary>NAME.pem and NAME.pub.pem.</summary>
    public static (string Private, string Public) Make(TempFolder folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (folder.Write($"{name}.pem", key.ExportECPrivateKeyPem()), folder.Write($"{name}.pub.pem", key.ExportSubjectPublicKeyInfoPem()));
    }
}
