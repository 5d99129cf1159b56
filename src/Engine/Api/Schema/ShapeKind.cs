namespace Kontrakt.Engine.Api.Schema;

/// <summary>The sorts of values that the API's JSON has.</summary>
internal enum ShapeKind { Text, Bytes, Boolean, Int32, Int64, Quantity, IntOrString, Time, MicroTime, Any, Object, List, Map }
