using System.Globalization;
using System.Text;

namespace TileProof.Verification.Export;

/// <summary>Writes one struct type, its table and the accessors by id and by geometry.</summary>
/// <param name="StructName">The C type, such as <c>conv_layer_config_t</c>.</param>
/// <param name="TableName">The C array, such as <c>CONV_LAYER_CONFIGS</c>.</param>
/// <param name="CountName">The macro with the number of entries.</param>
/// <param name="TextFields">The names of the string fields.</param>
/// <param name="NumberFields">The names of the integer fields.</param>
internal sealed record LayerConfigTable(
    string StructName, string TableName, string CountName, IReadOnlyList<string> TextFields, IReadOnlyList<string> NumberFields)
{
    public void AppendStruct(StringBuilder text)
    {
        text.Append("typedef struct {\n    int layer_id;\n");
        foreach (string field in TextFields)
        {
            text.Append(CultureInfo.InvariantCulture, $"    const char *{field};\n");
        }

        foreach (string field in NumberFields)
        {
            text.Append(CultureInfo.InvariantCulture, $"    int {field};\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"}} {StructName};\n\n");
    }

    /// <summary>The table; without rows it holds one entry that no accessor returns, because C has no empty arrays.</summary>
    public void AppendTable(StringBuilder text, IReadOnlyList<LayerConfigRow> rows)
    {
        text.Append(CultureInfo.InvariantCulture, $"#define {CountName} {rows.Count}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"static const {StructName} {TableName}[{Math.Max(1, rows.Count)}] = {{\n");
        if (rows.Count == 0)
        {
            AppendEntry(text, -1, [.. TextFields.Select(static _ => "")], [.. NumberFields.Select(static _ => 0)]);
        }

        for (int id = 0; id < rows.Count; id++)
        {
            AppendEntry(text, id, [.. rows[id].TextFields.Select(static field => field.Value)], [.. rows[id].NumberFields.Select(static field => field.Value)]);
        }

        text.Append("};\n\n");
    }

    /// <summary>An accessor that compares each parameter with a field.</summary>
    public void AppendLookup(StringBuilder text, string functionName, IReadOnlyList<(string Parameter, string Field)> parameters)
    {
        AppendSearch(
            text,
            functionName,
            string.Join(", ", parameters.Select(static pair => $"int {pair.Parameter}")),
            string.Join(" &&\n            ", parameters.Select(pair => $"{TableName}[i].{pair.Field} == {pair.Parameter}")));
    }

    /// <summary>An accessor by the key of a layer.</summary>
    public void AppendKeyLookup(StringBuilder text, string functionName) =>
        AppendSearch(text, functionName, "const char *key", $"strcmp({TableName}[i].config_key, key) == 0");

    /// <summary>The accessors of the count and of an entry by its id.</summary>
    public void AppendBasicAccessors(StringBuilder text, string countFunctionName, string entryFunctionName) => text.Append(
        CultureInfo.InvariantCulture,
        $$"""
        static inline int {{countFunctionName}}(void) { return {{CountName}}; }

        static inline const {{StructName}} *{{entryFunctionName}}(int layer_id)
        {
            return layer_id >= 0 && layer_id < {{CountName}} ? &{{TableName}}[layer_id] : NULL;
        }


        """);

    private void AppendSearch(StringBuilder text, string functionName, string parameters, string condition) => text.Append(
        CultureInfo.InvariantCulture,
        $$"""
        static inline const {{StructName}} *{{functionName}}({{parameters}})
        {
            for (int i = 0; i < {{CountName}}; i++) {
                if ({{condition}}) {
                    return &{{TableName}}[i];
                }
            }
            return NULL;
        }


        """);

    private void AppendEntry(StringBuilder text, int id, IReadOnlyList<string> texts, IReadOnlyList<int> numbers)
    {
        text.Append(CultureInfo.InvariantCulture, $"    {{\n        .layer_id = {id},\n");
        for (int i = 0; i < texts.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"        .{TextFields[i]} = \"{texts[i]}\",\n");
        }

        for (int i = 0; i < numbers.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"        .{NumberFields[i]} = {numbers[i]},\n");
        }

        text.Append("    },\n");
    }
}
