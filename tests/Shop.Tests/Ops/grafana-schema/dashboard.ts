// What a dashboard in ops/grafana/dashboards/ may hold: the types that Grafana publishes, put together by the kind of a panel.

import type { Dashboard, DashboardLink, FieldConfig, Panel, RowPanel } from '@grafana/schema';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as logs from '@grafana/schema/dist/esm/raw/composable/logs/panelcfg/x/LogsPanelCfg_types.gen';
import type * as piechart from '@grafana/schema/dist/esm/raw/composable/piechart/panelcfg/x/PieChartPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as statetimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type { ElasticsearchDataQuery } from '@grafana/schema/dist/esm/raw/composable/elasticsearch/dataquery/x/ElasticsearchDataQuery_types.gen';
import type { Dataquery as PrometheusDataQuery } from '@grafana/grafana-foundation-sdk/prometheus';

interface Kinds {
  // Grafana publishes no type for this one; these are the options of its source.
  alertGroups: { options: { alertmanager: string; expandAll: boolean; labels: string }; custom: never };
  bargauge: { options: bargauge.Options; custom: never };
  heatmap: { options: heatmap.Options; custom: heatmap.FieldConfig };
  logs: { options: logs.Options; custom: never };
  piechart: { options: piechart.Options; custom: piechart.FieldConfig };
  stat: { options: stat.Options; custom: never };
  'state-timeline': { options: statetimeline.Options; custom: statetimeline.FieldConfig };
  // Written by the column and not by the table: what a cell is drawn as.
  table: { options: Partial<table.Options>; custom: table.FieldConfig };
  timeseries: { options: timeseries.Options; custom: timeseries.FieldConfig };
}

// The type-checker's mark on a query, which is in no JSON.
type PrometheusTarget = Omit<PrometheusDataQuery, '_implementsDataqueryVariant'>;

type Replaced = 'description' | 'fieldConfig' | 'links' | 'options' | 'targets' | 'title' | 'type';

type PanelOf<Kind extends keyof Kinds> = Omit<Panel, Replaced> & {
  description: string;
  fieldConfig: {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Kinds[Kind]['custom'] };
    overrides: NonNullable<Panel['fieldConfig']>['overrides'];
  };
  // Of a panel's links Grafana keeps these alone.
  links: Array<Pick<DashboardLink, 'title'> & Partial<Pick<DashboardLink, 'targetBlank' | 'url'>>>;
  options: Kinds[Kind]['options'];
  targets: Array<PrometheusTarget | ElasticsearchDataQuery>;
  title: string;
  type: Kind;
};

type AnyPanel = { [Kind in keyof Kinds]: PanelOf<Kind> }[keyof Kinds];

// JSON has no enums: where Grafana has one of strings, their values stand.
type Plain<T> = unknown extends T ? T : T extends string ? `${T}` : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;

export type DashboardFile = Plain<Omit<Dashboard, 'panels'> & { panels: Array<RowPanel | AnyPanel> }>;
