namespace Kontrakt.Engine.Api.Schema;

/// <summary>What is done about fields that a kind does not have, and fields given twice: the request's fieldValidation parameter.</summary>
public enum FieldValidation { Ignore, Warn, Strict }
