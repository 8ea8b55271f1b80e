namespace Apache.Arrow.Types;

/// <summary>A whole number.</summary>
public abstract class IntegerType : NumberType;
