using System.Buffers.Binary;
using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace TileProof.Verification.Caching;

/// <summary>SHA-256 over everything that an object holds: its fields and theirs, with types, names and lengths.</summary>
/// <remarks>
/// Fields instead of a list of properties, so that a field that is added to a call tomorrow is part of the hash without anyone
/// thinking of it. Objects form a tree of records, lists, tuples, dictionaries and arrays of numbers.
/// </remarks>
public sealed class ContentHash : IDisposable
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<FieldInfo>> FieldsByType = new();

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of some values, in lower-case hexadecimal.</summary>
    public static string Of(params IReadOnlyList<object?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var content = new ContentHash();
        foreach (object? value in values)
        {
            content.Add(value);
        }

        return Convert.ToHexStringLower(content.hash.GetHashAndReset());
    }

    /// <summary>The hash of an object but for some of its fields.</summary>
    /// <param name="value">An object of this product.</param>
    /// <param name="except">Names of fields that are left out, or of the properties that they belong to.</param>
    public static string OfAllBut(object value, IReadOnlyCollection<string> except)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(except);
        using var content = new ContentHash();
        content.AddFields(value, except);
        return Convert.ToHexStringLower(content.hash.GetHashAndReset());
    }

    /// <summary>Everything that an object of this type holds: its fields and those of its base types, in a fixed order.</summary>
    /// <exception cref="NotSupportedException">The type does not belong to this product.</exception>
    public static IReadOnlyList<FieldInfo> FieldsOf(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return FieldsByType.GetOrAdd(type, FindFields);
    }

    /// <summary>The name of a field, or that of the property that it belongs to.</summary>
    public static string NameOf(FieldInfo field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();

    private void Add(object? value)
    {
        switch (value)
        {
            case null:
                AddText("null");
                break;
            case string text:
                AddText("text");
                AddText(text);
                break;
            case byte[] or sbyte[] or ushort[] or int[] or float[] or long[]:
                AddNumbers((Array)value);
                break;
            case Enum or bool or byte or sbyte or short or ushort or int or uint or long or ulong:
                AddText(value.GetType().Name);
                AddText(Convert.ToString(value is Enum ? Convert.ToInt64(value, null) : value, System.Globalization.CultureInfo.InvariantCulture)!);
                break;
            case float number:
                AddLong(BitConverter.SingleToInt32Bits(number));
                break;
            case double number:
                AddLong(BitConverter.DoubleToInt64Bits(number));
                break;
            case ITuple tuple:
                AddList([.. Enumerable.Range(0, tuple.Length).Select(index => tuple[index])]);
                break;
            case IDictionary entries:
                AddEntries(entries);
                break;
            case IEnumerable items:
                AddList([.. items.Cast<object?>()]);
                break;
            default:
                AddFields(value, []);
                break;
        }
    }

    /// <summary>Adds the hashes of objects, which hold most of the bytes and are hashed at once; adds anything else itself.</summary>
    private void AddList(object?[] items)
    {
        AddText("list");
        AddLong(items.Length);
        if (Array.Exists(items, static item => item is null or string or ValueType))
        {
            Array.ForEach(items, Add);
            return;
        }

        var hashes = new string[items.Length];
        Parallel.For(0, items.Length, index => hashes[index] = Of(items[index]));
        Array.ForEach(hashes, AddText);
    }

    /// <summary>In the order of their hashes: that of a dictionary says nothing.</summary>
    private void AddEntries(IDictionary entries)
    {
        AddText("dictionary");
        AddLong(entries.Count);
        foreach (string entry in entries.Keys.Cast<object>().Select(key => Of(key, entries[key])).Order(StringComparer.Ordinal))
        {
            AddText(entry);
        }
    }

    private void AddFields(object value, IReadOnlyCollection<string> except)
    {
        AddText(value.GetType().FullName!);
        foreach (FieldInfo field in FieldsOf(value.GetType()))
        {
            if (!except.Contains(NameOf(field)))
            {
                AddText(field.Name);
                Add(field.GetValue(value));
            }
        }
    }

    private static List<FieldInfo> FindFields(Type type)
    {
        if (type.Namespace?.StartsWith(nameof(TileProof), StringComparison.Ordinal) != true)
        {
            throw new NotSupportedException($"The content of a {type} cannot be hashed.");
        }

        var fields = new List<FieldInfo>();
        for (Type? declaring = type; declaring is not null && declaring != typeof(object) && declaring != typeof(ValueType); declaring = declaring.BaseType)
        {
            fields.AddRange(declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .OrderBy(static field => field.Name, StringComparer.Ordinal));
        }

        return fields;
    }

    private void AddNumbers(Array numbers)
    {
        AddText(numbers.GetType().Name);
        AddLong(numbers.Length);
        int elementBytes = Buffer.ByteLength(numbers) / Math.Max(numbers.Length, 1);
        hash.AppendData(MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(numbers), numbers.Length * elementBytes));
    }

    private void AddText(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        AddLong(bytes.Length);
        hash.AppendData(bytes);
    }

    private void AddLong(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
