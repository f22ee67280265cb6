/*! Built from js/ by "npm run build"; do not edit. Contains uPlot (MIT), see LICENSE.uplot.txt. */
(()=>{var Yl='.uplot, .uplot *, .uplot *::before, .uplot *::after {box-sizing: border-box;}.uplot {font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif\
, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji";line-height: 1.5;width: min-content;}.u-title {text-align: center;font-size: 18px;font-weight: bold;}.u-wrap {position: r\
elative;user-select: none;}.u-over, .u-under {position: absolute;}.u-under {overflow: hidden;}.uplot canvas {display: block;position: relative;width: 100%;height: 100%;}.u-axis {position: absolute;}.u\
-legend {font-size: 14px;margin: auto;text-align: center;}.u-inline {display: block;}.u-inline * {display: inline-block;}.u-inline tr {margin-right: 16px;}.u-legend th {font-weight: 600;}.u-legend th \
> * {vertical-align: middle;display: inline-block;}.u-legend .u-marker {width: 1em;height: 1em;margin-right: 4px;background-clip: padding-box !important;}.u-inline.u-live th::after {content: ":";verti\
cal-align: middle;}.u-inline:not(.u-live) .u-value {display: none;}.u-series > * {padding: 4px;}.u-series th {cursor: pointer;}.u-legend .u-off > * {opacity: 0.3;}.u-select {background: rgba(0,0,0,0.0\
7);position: absolute;pointer-events: none;}.u-cursor-x, .u-cursor-y {position: absolute;left: 0;top: 0;pointer-events: none;will-change: transform;}.u-hz .u-cursor-x, .u-vt .u-cursor-y {height: 100%;\
border-right: 1px dashed #607D8B;}.u-hz .u-cursor-y, .u-vt .u-cursor-x {width: 100%;border-bottom: 1px dashed #607D8B;}.u-cursor-pt {position: absolute;top: 0;left: 0;border-radius: 50%;border: 0 soli\
d;pointer-events: none;will-change: transform;/*this has to be !important since we set inline "background" shorthand */background-clip: padding-box !important;}.u-axis.u-off, .u-select.u-off, .u-curso\
r-x.u-off, .u-cursor-y.u-off, .u-cursor-pt.u-off {display: none;}';var nc=new Intl.NumberFormat("en-US",{maximumFractionDigits:20}),sc=new Intl.NumberFormat("en-US",{notation:"compact",maximumSignificantDigits:3}),ql=new Map,ys=e=>e==null||Number.isNaN(e);function ln(e){
return ys(e)?"–":nc.format(e)}function ks(e){return ys(e)?"–":sc.format(e)}function we(e,t){if(ys(e))return"–";let s=ql.get(t);if(!s){let n={minimumFractionDigits:t,maximumFractionDigits:t,signDisplay:"\
negative"};ql.set(t,s=new Intl.NumberFormat("en-US",n))}return s.format(e)}function bt(e){return ys(e)?"–":new Date(e*864e5).toISOString().slice(0,10)}function Ge(e){let t=/^\s*(\d{4})-(\d{2})-(\d{2})\s*$/.
exec(e);if(!t)return null;let s=Date.UTC(t[1],t[2]-1,t[3])/864e5;return bt(s)===e.trim()?s:null}var oc=new Set(["button","input","select","textarea"]);function T(e,t={},...s){let n=document.createElement(e);oc.has(e)&&(n.dataset.lmSuppressShortcuts="true");for(let[o,l]of Object.entries(t))o.startsWith(
"on")?n.addEventListener(o.slice(2),l):o in n&&typeof l!="string"?n[o]=l:l!=null&&l!==!1&&n.setAttribute(o,l);return n.append(...s.filter(o=>o!==null)),n}function Ne(e,t){e.textContent!==t&&(e.textContent=
t)}function Kl(e){let t=e.slice().sort(),s=0;for(let l=0;l<t.length;l++)(l===0||t[l]!==t[s-1])&&(t[s++]=t[l]);let n=t.slice(0,s),o=new Int32Array(e.length);for(let l=0;l<e.length;l++){let i=0,a=s-1;for(;i<
a;){let u=i+a>>1;n[u]<e[l]?i=u+1:a=u}o[l]=i+1}return{ranks:o,distinct:n}}var bo=class{constructor(t){for(this.sums=new Int32Array(t+1),this.counts=new Int32Array(t+1),this.size=0,this.top=1;this.top*2<=
t;)this.top*=2}add(t,s){let{sums:n}=this;this.size+=s,this.counts[t]+=s;for(let o=t;o<n.length;o+=o&-o)n[o]+=s}below(t){let s=0;for(let n=t-1;n>0;n-=n&-n)s+=this.sums[n];return s}select(t){let{sums:s}=this,
n=0;for(let o=this.top;o>0;o>>=1)n+o<s.length&&s[n+o]<t&&(n+=o,t-=s[n]);return n+1}};function Jl({ranks:e,distinct:t},s,n){let o=new bo(t.length);for(let l=0;l<e.length;l++)o.add(e[l],1),l>=s&&o.add(e[l-
s],-1),n(o,l)}function Zl(e,t,s=t){let n=new Float64Array(e.ranks.length).fill(NaN);return Jl(e,t,(o,l)=>{let i=e.ranks[l];o.size>=s&&(n[l]=o.below(i)+(o.counts[i]+1)/2)}),n}function Ql(e,t,s=t){let n=new Float64Array(
e.ranks.length).fill(NaN),o=(l,i)=>e.distinct[l.select(i)-1];return Jl(e,t,(l,i)=>{let a=l.size;a===0||a<s||(n[i]=a%2?o(l,(a+1)/2):(o(l,a/2)+o(l,a/2+1))/2)}),n}function es(e,t,s=null){let n=e.length,o=new Float64Array(n);for(let l=0;l<n;l++){let i=t[l]!==0&&(s===null||s[l])?e[l]/t[l]:NaN;o[l]=Number.isFinite(i)?i:NaN}return o}var rn=(e,t)=>Math.min(e+1,t);function ko(e,t){
let s=e.length,n=Math.max(Math.min(t,s),1),o=new Float64Array(s);for(let l=0;l<s;l+=n){let i=Math.min(l+n,s);for(let a=l,u=0;a<i;a++)o[a]=u+=e[a]}for(let l=0;l+n<=s;l+=n)for(let i=l+n-1,a=0;i>l;i--)a+=
e[i],i+n<=s&&(o[i+n-1]+=a);return o}function vo(e,t,s=t){let n=ko(e,t),o=n.length;for(let l=0;l<o;l++){let i=rn(l,t),a=i>=s?n[l]/i:NaN;n[l]=Number.isFinite(a)?a:NaN}return n}function So(e,t){let s=e.length,
n=new Float64Array(s),o=new Float64Array(s);if(s===0)return{fromMean:n,squares:o};let l=Math.min(t,s),i=new Float64Array(s);for(let a=0;a<s;a+=l){let u=Math.min(a+l,s),p=e[a],g=0,d=0,b=0;for(let k=a,S=1;k<
u;k++,S++){let _=e[k]-p,$=k===a?_:_-d;g+=_,d=g/S,b+=$*$*((S-1)/S),i[k]=d,o[k]=b,n[k]=e[k]-p-d}}return l===1||s<=l?{fromMean:n,squares:o}:(lc({values:e,size:l,means:i,fromMean:n,squares:o}),{fromMean:n,
squares:o})}function lc({values:e,size:t,means:s,fromMean:n,squares:o}){let l=e.length;for(let i=0;i+t<=l;i+=t){let a=e[i+t-1],u=0,p=0,g=0;for(let d=i+t-1,b=1;d>i;d--,b++){let k=e[d]-a,S=b===1?k:k-p;u+=
k,p=u/b,g+=S*S*((b-1)/b);let _=d+t-1;if(_>=l)continue;let $=t-b,O=b/t,y=e[i+t]-a;y+=s[_]-p,n[_]+=y*O,o[_]+=g+y*y*O*$}}}var wo=2**26;function Xl(e){let t=e.length,s=0;for(let l=0;l<t;l++){let i=e[l];if(!Number.
isInteger(i))return null;i>s&&(s=i)}if(s*t>=2**62)return null;if(s*t<=Number.MAX_SAFE_INTEGER){let l=xo(e,i=>i);return i=>yo(l,i)}let n=xo(e,l=>l%wo),o=xo(e,l=>Math.floor(l/wo));return l=>{let i=yo(o,
l),a=yo(n,l);for(let u=0;u<t;u++)i[u]=i[u]*wo+a[u];return i}}function xo(e,t){let s=new Float64Array(e.length+1);for(let n=0;n<e.length;n++)s[n+1]=s[n]+t(e[n]);return s}function yo(e,t){let s=e.length-
1,n=new Float64Array(s);for(let o=0;o<s;o++)n[o]=e[o+1]-e[Math.max(o+1-t,0)];return n}var ic=["sum","mean","median","ema"],vs=class{constructor(t){this.length=t.length;let s=[];for(let n=0;n<t.length;n++)Number.isNaN(t[n])||s.push(n);this.rows=s.length===t.length?null:Int32Array.from(s),
this.values=this.pick(t)}pick(t){return this.rows===null?t:Float64Array.from(this.rows,s=>t[s])}scatter(t){if(this.rows===null)return t;let s=new Float64Array(this.length).fill(NaN);for(let n=0;n<t.length;n++)
s[this.rows[n]]=t[n];return s}},Ss=class{#t=new Map;constructor(t,s){if(t.length!==s.length)throw new RangeError(`${t.length} calls and ${s.length} puts: one of each a day.`);this.length=t.length,this.
call=t,this.put=s,this.ratio=es(s,t)}#e(t,s){return this.#t.has(t)||this.#t.set(t,s()),this.#t.get(t)}get ratios(){return this.#e("ratios",()=>new vs(this.ratio))}get order(){return this.#e("order",()=>Kl(
this.ratios.values))}get sums(){return this.#e("sums",()=>{let t=new vs(this.call.map((o,l)=>o+this.put[l])),s=[t.pick(this.call),t.pick(this.put)],n=s.map(Xl);return{both:t,sums:n.includes(null)?s.map(
o=>l=>ko(o,l)):n}})}};function ti({call:e,put:t}){return es(t,e.map((s,n)=>s+t[n]))}function an(e,t,s,n=t){let{ratios:o}=e;switch(s){case"sum":{let{both:l,sums:i}=e.sums,[a,u]=i.map(g=>g(t)),p=a.map((g,d)=>rn(
d,t)>=n);return l.scatter(es(u,a,p))}case"mean":return o.scatter(vo(o.values,t,n));case"median":return o.scatter(Ql(e.order,t,n));case"ema":return o.scatter(rc(o.values,t,n));default:throw new RangeError(
`how=${s} must be one of ${ic.join(", ")}.`)}}function rc(e,t,s){let n=1/(1+(t-1)/2),o=1-n,l=new Float64Array(e.length),i=NaN;return e.forEach((a,u)=>{u===0?i=a:i!==a&&(i=(o*i+n*a)/(o+n)),l[u]=u+1>=s?
i:NaN}),l}function ei({ratios:e},t,s=t){let{fromMean:n,squares:o}=So(e.values,t),l=Math.max(s,2);for(let i=0;i<n.length;i++){let a=rn(i,t),u=Math.sqrt(o[i]/Math.max(a-1,1)),p=a>=l&&u!==0?n[i]/u:NaN;n[i]=
Number.isFinite(p)?p:NaN}return e.scatter(n)}function Ms(e,t,s=t){return Zl(e.order,t,s)}function ni(e,t,s=t,n=Ms(e,t,s)){return e.ratios.scatter(n.map((o,l)=>o/rn(l,t)))}function si(e,t,s,n,o=Ms(e,t)){
if(!(s<n))throw new RangeError(`lower=${s}, upper=${n}: lower must be below upper.`);let l=o.map((i,a)=>{let u=(i-.5)/rn(a,t);return Number.isNaN(u)?NaN:(u>=n)-(u<=s)});return e.ratios.scatter(l)}function oi({
ratios:e},t,s,n=t){if(!(s>0))throw new RangeError(`k=${s} must be a number above 0.`);let o=vo(e.values,t,n),{squares:l}=So(e.values,t),i=new Float64Array(o.length),a=new Float64Array(o.length),u=Math.
max(n,2),p=g=>Number.isFinite(g)?g:NaN;for(let g=0;g<o.length;g++){let d=rn(g,t),b=d>=u?p(l[g]/(d-1)):NaN,k=s*Math.sqrt(b);i[g]=p(o[g]+k),a[g]=p(o[g]-k)}return{middle:e.scatter(o),upper:e.scatter(i),lower:e.
scatter(a)}}function li(e,t,s){if(t>=s)throw new RangeError(`short=${t}, long=${s}: short must be shorter than long.`);return es(an(e,t,"mean"),an(e,s,"mean")).map(o=>o-1)}function Mo({ratios:e},t){return e.
scatter(e.values.map((s,n,o)=>n<t?NaN:s-o[n-t]))}function ii({ratio:e},t,s=0){let n=[],o=0;for(let l=0;l<t.length;l++){if(Number.isNaN(e[l]))continue;o++;let i=t[l];if(!i)continue;let a=n.at(-1);a&&a.
side===i&&o-a.end<=s+1?(a.last=l,a.length+=o-a.end,a.end=o):n.push({side:i,first:l,last:l,length:1,end:o})}return n.map(({end:l,...i})=>({...i,after:o-l}))}var ns={zscore:(e,{lookback:t})=>e.recall("zscore",ei,t),percentile:(e,{lookback:t})=>e.recall("percentile",ni,t,t,ri(e,t)),rolling_ratio:(e,{window:t})=>e.recall("sum",an,t,"sum"),ema:(e,{window:t})=>e.
recall("ema",an,t,"ema"),median:(e,{window:t})=>e.recall("median",an,t,"median"),detrend:(e,{window:t,lookback:s})=>e.recall("detrend",cc,t,s),momentum:(e,{window:t})=>e.recall("momentum",Mo,t),put_share:e=>e.
recall("put_share",ti)},ac=Object.keys(ns),ri=(e,t)=>e.recall("ranks",Ms,t);function cc(e,t,s){if(t>=s)throw new RangeError(`Window ${t} is not shorter than Lookback ${s}, as the detrended ratio requi\
res. Move one of the sliders, or choose another metric.`);return li(e,t,s)}var Eo=class{#t=new Map;constructor(t,s){this.days=t,this.counts=s}recall(t,s,...n){let o=this.#t.get(t);if(o&&o.settings.every(
(i,a)=>Object.is(i,n[a])))return o.result;let l=s(this.counts,...n);return this.#t.set(t,{settings:n,result:l}),l}};function ai({days:e,call:t,put:s}){if(e.length!==t.length)throw new RangeError(`${e.
length} days and ${t.length} calls: one of each a day.`);return new Eo(e,new Ss(t,s))}function Ao(e,t){let{window:s,lookback:n,metric:o,lower:l,upper:i,k:a}=t;if(!Object.hasOwn(ns,o))throw new RangeError(
`metric=${o} must be one of ${ac.join(", ")}.`);let u=e.recall("bands",oi,s,a);return{ratio:e.counts.ratio,mean:u.middle,upper:u.upper,lower:u.lower,slow_mean:e.recall("slow_mean",an,n,"mean"),metric:ns[o](
e,t),zscore:ns.zscore(e,t),percentile:ns.percentile(e,t),extreme:e.recall("extreme",si,n,l,i,ri(e,n))}}function ci(e,t,s=e.days.length){let n=Ao(e,t),o=Math.min(s,e.days.length)-1;for(;o>=0&&Number.isNaN(
n.ratio[o]);)o--;let l=u=>o>=0?u[o]:NaN,i=ii(e.counts,n.extreme.subarray(0,o+1)).at(-1),a=i!==void 0&&i.after===0;return{row:o,day:o>=0?e.days[o]:null,ratio:l(n.ratio),change:l(e.recall("change",Mo,1)),
mean:l(n.mean),metric:l(n.metric),percentile:l(n.percentile),zscore:l(n.zscore),side:a?i.side:0,age:a?i.length:0,since:i?i.after:null}}var ui=e=>e.buffer.slice(e.byteOffset,e.byteOffset+e.byteLength),uc=e=>new Int32Array(ui(e)),To=e=>new Float64Array(ui(e)),_o=new WeakMap;function fi(e){return _o.has(e)||_o.set(e,{series:e.series.map(
t=>{let s=uc(t.days),[n,o]=[To(t.call),To(t.put)],l=t.price?To(t.price):null;return{...t,days:s,call:n,put:o,price:l,prepared:ai({days:s,call:n,put:o})}})}),_o.get(e).series}function $n(e,t){let[s,n]=[
0,e.length];for(;s<n;){let o=s+n>>1;e[o]<t?s=o+1:n=o}return s}function fc(e){let[t]=e;if(e.every(({days:n})=>hi(n,t.days)))return t.days;let s=new Set;for(let n of e)for(let o of n.days)s.add(o);return Int32Array.
from(s).sort()}var hi=(e,t)=>e.length===t.length&&e.every((s,n)=>s===t[n]);function pi(e,[t,s]){let n=e.map(l=>{let[i,a]=[$n(l.days,t),$n(l.days,s+1)];return{series:l,begin:i,end:a,days:l.days.subarray(
i,a),places:null,placed:new WeakMap}}),o=n.length?fc(n):new Int32Array;for(let l of n)if(!hi(l.days,o)){l.places=new Int32Array(l.days.length);for(let i=0,a=0;i<l.days.length;i++){for(;o[a]<l.days[i];)
a++;l.places[i]=a}}return{days:o,parts:n}}function di({days:e,parts:t},s){for(let n of t)n.result=Ao(n.series.prepared,s);return{days:e,parts:t,zoom:hc(s.zoom,e)}}function hc(e,t){let s=[0,Math.max(t.
length-1,0)];if(!e)return s;let[n,o]=e.map(a=>Date.parse(a)/864e5),[l,i]=[$n(t,n),$n(t,o+1)-1];return l<=i?[l,i]:s}function cn(e,t,s){let{places:n,begin:o,end:l,placed:i}=e,a=i.get(t);if(!a){a=new Array(
s).fill(void 0);for(let u=o;u<l;u++){let p=t[u];a[n?n[u-o]:u-o]=p===p?p:null}i.set(t,a)}return a}function ze(e,t){let[s,n]=[t.days[t.zoom[0]],t.days[t.zoom[1]]];return s===void 0?[e.begin,e.begin]:[Math.
max(e.begin,$n(e.series.days,s)),Math.min(e.end,$n(e.series.days,n+1))]}var pc=700,Ce=(e,t,s,n,o={})=>({id:e,label:t,stroke:s,values:n,digits:2,width:1.5,...o});function mi(e,t,s,n,o){let{result:l,series:i}=e,a=t.days.length,u=b=>cn(e,b,a),p=n.metrics[s.metric],g=u(l.extreme),
d=[dc(e,a,o,s.hidden.includes("volume.call"))];return d.push({id:"ratio",title:"Put/call ratio",height:.42,extreme:g,lines:[Ce("upper","band",o.band,u(l.upper),{band:!0,width:0}),Ce("lower","",o.band,
u(l.lower),{bandEnd:!0,width:0}),Ce("ratio","ratio",o.ratio,u(l.ratio),{width:1}),Ce("mean",`mean ${s.window}`,o.mean,u(l.mean),{width:2}),Ce("slow",`mean ${s.lookback}`,o.slow,u(l.slow_mean),{dash:[5,
4]})]}),d.push({id:"metric",title:bi(p.title),height:.28,extreme:g,marks:p.marks,limits:s.metric==="percentile"?[0,1]:null,lines:[Ce("metric",p.title,o.metric,u(l.metric),{digits:s.metric==="percentil\
e"?3:2})]}),i.price&&d.push({id:"price",title:i.priceName,height:.3,extreme:g,marked:!0,lines:[Ce("price",i.priceName,o.price,u(i.price))]}),d}function dc(e,t,s,n){let{call:o,put:l}=e.series,i=cn(e,o,
t),a=cn(e,l,t);e.totals??=a.map((p,g)=>p==null||i[g]==null?p:p+i[g]);let u=t>pc?"area":"bars";return{id:"volume",title:"Contracts",height:.3,limits:[0,null],compact:!0,lines:[Ce("put","puts",s.put,n?a:
e.totals,{paths:u,shown:a,count:!0}),Ce("call","calls",s.call,i,{paths:u,shown:i,count:!0})]}}function gi(e,t,s,n){let o=s.metrics[t.metric];return{id:"compare",title:bi(o.title),height:1,marks:o.marks,
limits:t.metric==="percentile"?[0,1]:null,lines:e.parts.map((l,i)=>Ce(l.series.title,l.series.title,n.lines[i%n.lines.length],cn(l,l.result.metric,e.days.length),{width:1.5,digits:t.metric==="percenti\
le"?3:2}))}}var bi=e=>e[0].toUpperCase()+e.slice(1);var mc="uplot",gc="u-hz",bc="u-vt",wc="u-title",xc="u-wrap",yc="u-under",kc="u-over",vc="u-axis",hn="u-off",Sc="u-select",Mc="u-cursor-x",Ec="u-cursor-y",Ac="u-cursor-pt",Tc="u-legend",_c="u-live",Nc="\
u-inline",zc="u-series",Cc="u-marker",wi="u-label",Dc="u-value",os="width",ls="height";var xi="bottom",Fn="left",No="right",jo="#000",yi=jo+"0",zo="mousemove",ki="mousedown",Co="mouseup",vi="mouseenter",Si="mouseleave",Mi="dblclick",Pc="resize",Lc="scroll",Ei="change",Ns="dppxchange",Yo="\
--",Bn=typeof window<"u",Fo=Bn?document:null,Rn=Bn?window:null,$c=Bn?navigator:null,it,Es;function Oo(){let e=devicePixelRatio;it!=e&&(it=e,Es&&Io(Ei,Es,Oo),Es=matchMedia(`(min-resolution: ${it-.001}d\
ppx) and (max-resolution: ${it+.001}dppx)`),pn(Ei,Es,Oo),Rn.dispatchEvent(new CustomEvent(Ns)))}function ne(e,t){if(t!=null){let s=e.classList;!s.contains(t)&&s.add(t)}}function Ro(e,t){let s=e.classList;
s.contains(t)&&s.remove(t)}function wt(e,t,s){e.style[t]=s+"px"}function xe(e,t,s,n){let o=Fo.createElement(e);return t!=null&&ne(o,t),s?.insertBefore(o,n),o}function fe(e,t){return xe("div",e,t)}var Ai=new WeakMap;
function De(e,t,s,n,o){let l="translate("+t+"px,"+s+"px)",i=Ai.get(e);l!=i&&(e.style.transform=l,Ai.set(e,l),t<0||s<0||t>n||s>o?ne(e,hn):Ro(e,hn))}var Ti=new WeakMap;function _i(e,t,s){let n=t+s,o=Ti.
get(e);n!=o&&(Ti.set(e,n),e.style.background=t,e.style.borderColor=s)}var Ni=new WeakMap;function zi(e,t,s,n){let o=t+""+s,l=Ni.get(e);o!=l&&(Ni.set(e,o),e.style.height=s+"px",e.style.width=t+"px",e.style.
marginLeft=n?-t/2+"px":0,e.style.marginTop=n?-s/2+"px":0)}var qo={passive:!0},Fc={...qo,capture:!0};function pn(e,t,s,n){t.addEventListener(e,s,n?Fc:qo)}function Io(e,t,s,n){t.removeEventListener(e,s,
qo)}Bn&&Oo();function ye(e,t,s,n){let o;s=s||0,n=n||t.length-1;let l=n<=2147483647;for(;n-s>1;)o=l?s+n>>1:se((s+n)/2),t[o]<e?s=o:n=o;return e-t[s]<=t[n]-e?s:n}function or(e){return(s,n,o)=>{let l=-1,i=-1;
for(let a=n;a<=o;a++)if(e(s[a])){l=a;break}for(let a=o;a>=n;a--)if(e(s[a])){i=a;break}return[l,i]}}var lr=e=>e!=null,ir=e=>e!=null&&e>0,Ds=or(lr),Oc=or(ir);function Rc(e,t,s,n=0,o=!1){let l=o?Oc:Ds,i=o?
ir:lr;[t,s]=l(e,t,s);let a=e[t],u=e[t];if(t>-1)if(n==1)a=e[t],u=e[s];else if(n==-1)a=e[s],u=e[t];else for(let p=t;p<=s;p++){let g=e[p];i(g)&&(g<a?a=g:g>u&&(u=g))}return[a??ft,u??-ft]}function Ps(e,t,s,n){
let o=Pi(e),l=Pi(t);e==t&&(o==-1?(e*=s,t/=s):(e/=s,t*=s));let i=s==10?Fe:rr,a=o==1?se:he,u=l==1?he:se,p=a(i(zt(e))),g=u(i(zt(t))),d=In(s,p),b=In(s,g);return s==10&&(p<0&&(d=ht(d,-p)),g<0&&(b=ht(b,-g))),
n||s==2?(e=d*o,t=b*l):(e=fr(e,d),t=Ls(t,b)),[e,t]}function Ko(e,t,s,n){let o=Ps(e,t,s,n);return e==0&&(o[0]=0),t==0&&(o[1]=0),o}var Jo=.1,Ci={mode:3,pad:Jo},rs={pad:0,soft:null,mode:0},Ic={min:rs,max:rs};
function zs(e,t,s,n){return $s(s)?Di(e,t,s):(rs.pad=s,rs.soft=n?0:null,rs.mode=n?3:0,Di(e,t,Ic))}function ot(e,t){return e??t}function Vc(e,t,s){for(t=ot(t,0),s=ot(s,e.length-1);t<=s;){if(e[t]!=null)return!0;
t++}return!1}function Di(e,t,s){let n=s.min,o=s.max,l=ot(n.pad,0),i=ot(o.pad,0),a=ot(n.hard,-ft),u=ot(o.hard,ft),p=ot(n.soft,ft),g=ot(o.soft,-ft),d=ot(n.mode,0),b=ot(o.mode,0),k=t-e,S=Fe(k),_=jt(zt(e),
zt(t)),$=Fe(_),O=zt($-S);(k<1e-24||O>10)&&(k=0,(e==0||t==0)&&(k=1e-24,d==2&&p!=ft&&(l=0),b==2&&g!=-ft&&(i=0)));let y=k||_||1e3,L=Fe(y),M=In(10,se(L)),Y=y*(k==0?e==0?.1:1:l),z=ht(fr(e-Y,M/10),24),F=e>=
p&&(d==1||d==3&&z<=p||d==2&&z>=p)?p:ft,I=jt(a,z<F&&e>=F?F:ke(F,z)),B=y*(k==0?t==0?.1:1:i),R=ht(Ls(t+B,M/10),24),A=t<=g&&(b==1||b==3&&R>=g||b==2&&R<=g)?g:-ft,J=ke(u,R>A&&t<=A?A:jt(A,R));return I==J&&I==
0&&(J=100),[I,J]}var Hc=new Intl.NumberFormat(Bn?$c.language:"en-US"),Zo=e=>Hc.format(e),oe=Math,_s=oe.PI,zt=oe.abs,se=oe.floor,Nt=oe.round,he=oe.ceil,ke=oe.min,jt=oe.max,In=oe.pow,Pi=oe.sign,Fe=oe.log10,
rr=oe.log2,Wc=(e,t=1)=>oe.sinh(e)*t,Do=(e,t=1)=>oe.asinh(e/t),ft=1/0;function Li(e){return(Fe((e^e>>31)-(e>>31))|0)+1}function Vo(e,t,s){return ke(jt(e,t),s)}function ar(e){return typeof e=="function"}
function tt(e){return ar(e)?e:()=>e}var Bc=()=>{},cr=e=>e,ur=(e,t)=>t,Uc=e=>null,$i=e=>!0,Fi=(e,t)=>e==t,Gc=/\.\d*?(?=9{6,}|0{6,})/gm,dn=e=>{if(pr(e)||Ye.has(e))return e;let t=`${e}`,s=t.match(Gc);if(s==
null)return e;let n=s[0].length-1;if(t.indexOf("e-")!=-1){let[o,l]=t.split("e");return+`${dn(o)}e${l}`}return ht(e,n)};function un(e,t){return dn(ht(dn(e/t))*t)}function Ls(e,t){return dn(he(dn(e/t))*
t)}function fr(e,t){return dn(se(dn(e/t))*t)}function ht(e,t=0){if(pr(e))return e;let s=10**t,n=e*s*(1+Number.EPSILON);return Nt(n)/s}var Ye=new Map;function hr(e){return((""+e).split(".")[1]||"").length}
function cs(e,t,s,n){let o=[],l=n.map(hr);for(let i=t;i<s;i++){let a=zt(i),u=ht(In(e,i),a);for(let p=0;p<n.length;p++){let g=e==10?+`${n[p]}e${i}`:n[p]*u,d=(i>=0?0:a)+(i>=l[p]?0:l[p]),b=e==10?g:ht(g,d);
o.push(b),Ye.set(b,d)}}return o}var as={},Qo=[],Vn=[null,null],je=Array.isArray,pr=Number.isInteger,jc=e=>e===void 0;function Oi(e){return typeof e=="string"}function $s(e){let t=!1;if(e!=null){let s=e.
constructor;t=s==null||s==Object}return t}function Yc(e){return e!=null&&typeof e=="object"}var qc=Object.getPrototypeOf(Uint8Array),dr="__proto__";function Hn(e,t=$s){let s;if(je(e)){let n=e.find(o=>o!=
null);if(je(n)||t(n)){s=Array(e.length);for(let o=0;o<e.length;o++)s[o]=Hn(e[o],t)}else s=e.slice()}else if(e instanceof qc)s=e.slice();else if(t(e)){s={};for(let n in e)n!=dr&&(s[n]=Hn(e[n],t))}else s=
e;return s}function At(e){let t=arguments;for(let s=1;s<t.length;s++){let n=t[s];for(let o in n)o!=dr&&($s(e[o])?At(e[o],Hn(n[o])):e[o]=Hn(n[o]))}return e}var Kc=0,Jc=1,Zc=2;function Qc(e,t,s){for(let n=0,
o,l=-1;n<t.length;n++){let i=t[n];if(i>l){for(o=i-1;o>=0&&e[o]==null;)e[o--]=null;for(o=i+1;o<s&&e[o]==null;)e[l=o++]=null}}}function Xc(e,t){if(nu(e)){let i=e[0].slice();for(let a=1;a<e.length;a++)i.
push(...e[a].slice(1));return su(i[0])||(i=eu(i)),i}let s=new Set;for(let i=0;i<e.length;i++){let u=e[i][0],p=u.length;for(let g=0;g<p;g++)s.add(u[g])}let n=[Array.from(s).sort((i,a)=>i-a)],o=n[0].length,
l=new Map;for(let i=0;i<o;i++)l.set(n[0][i],i);for(let i=0;i<e.length;i++){let a=e[i],u=a[0];for(let p=1;p<a.length;p++){let g=a[p],d=Array(o).fill(void 0),b=t?t[i][p]:Jc,k=[];for(let S=0;S<g.length;S++){
let _=g[S],$=l.get(u[S]);_===null?b!=Kc&&(d[$]=_,b==Zc&&k.push($)):d[$]=_}Qc(d,k,o),n.push(d)}}return n}var tu=typeof queueMicrotask>"u"?e=>Promise.resolve().then(e):queueMicrotask;function eu(e){let t=e[0],
s=t.length,n=Array(s);for(let l=0;l<n.length;l++)n[l]=l;n.sort((l,i)=>t[l]-t[i]);let o=[];for(let l=0;l<e.length;l++){let i=e[l],a=Array(s);for(let u=0;u<s;u++)a[u]=i[n[u]];o.push(a)}return o}function nu(e){
let t=e[0][0],s=t.length;for(let n=1;n<e.length;n++){let o=e[n][0];if(o.length!=s)return!1;if(o!=t){for(let l=0;l<s;l++)if(o[l]!=t[l])return!1}}return!0}function su(e,t=100){let s=e.length;if(s<=1)return!0;
let n=0,o=s-1;for(;n<=o&&e[n]==null;)n++;for(;o>=n&&e[o]==null;)o--;if(o<=n)return!0;let l=jt(1,se((o-n+1)/t));for(let i=e[n],a=n+l;a<=o;a+=l){let u=e[a];if(u!=null){if(u<=i)return!1;i=u}}return!0}var mr=[
"January","February","March","April","May","June","July","August","September","October","November","December"],gr=["Sunday","Monday","Tuesday","Wednesday","Thursday","Friday","Saturday"];function br(e){
return e.slice(0,3)}var ou=gr.map(br),lu=mr.map(br),iu={MMMM:mr,MMM:lu,WWWW:gr,WWW:ou};function ss(e){return(e<10?"0":"")+e}function ru(e){return(e<10?"00":e<100?"0":"")+e}var au={YYYY:e=>e.getFullYear(),
YY:e=>(e.getFullYear()+"").slice(2),MMMM:(e,t)=>t.MMMM[e.getMonth()],MMM:(e,t)=>t.MMM[e.getMonth()],MM:e=>ss(e.getMonth()+1),M:e=>e.getMonth()+1,DD:e=>ss(e.getDate()),D:e=>e.getDate(),WWWW:(e,t)=>t.WWWW[e.
getDay()],WWW:(e,t)=>t.WWW[e.getDay()],HH:e=>ss(e.getHours()),H:e=>e.getHours(),h:e=>{let t=e.getHours();return t==0?12:t>12?t-12:t},AA:e=>e.getHours()>=12?"PM":"AM",aa:e=>e.getHours()>=12?"pm":"am",a:e=>e.
getHours()>=12?"p":"a",mm:e=>ss(e.getMinutes()),m:e=>e.getMinutes(),ss:e=>ss(e.getSeconds()),s:e=>e.getSeconds(),fff:e=>ru(e.getMilliseconds())};function Xo(e,t){t=t||iu;let s=[],n=/\{([a-z]+)\}|[^{]+/gi,
o;for(;o=n.exec(e);)s.push(o[0][0]=="{"?au[o[1]]:o[0]);return l=>{let i="";for(let a=0;a<s.length;a++)i+=typeof s[a]=="string"?s[a]:s[a](l,t);return i}}var cu=new Intl.DateTimeFormat().resolvedOptions().
timeZone;function uu(e,t){let s;return t=="UTC"||t=="Etc/UTC"?s=new Date(+e+e.getTimezoneOffset()*6e4):t==cu?s=e:(s=new Date(e.toLocaleString("en-US",{timeZone:t})),s.setMilliseconds(e.getMilliseconds())),
s}var wr=e=>e%1==0,Cs=[1,2,2.5,5],fu=cs(10,-32,0,Cs),xr=cs(10,0,32,Cs),hu=xr.filter(wr),fn=fu.concat(xr),tl=`
`,yr="{YYYY}",Ri=tl+yr,kr="{M}/{D}",is=tl+kr,As=is+"/{YY}",vr="{aa}",pu="{h}:{mm}",On=pu+vr,Ii=tl+On,Vi=":{ss}",at=null;function Sr(e){let t=e*1e3,s=t*60,n=s*60,o=n*24,l=o*30,i=o*365,u=(e==1?cs(10,0,3,
Cs).filter(wr):cs(10,-3,0,Cs)).concat([t,t*5,t*10,t*15,t*30,s,s*5,s*10,s*15,s*30,n,n*2,n*3,n*4,n*6,n*8,n*12,o,o*2,o*3,o*4,o*5,o*6,o*7,o*8,o*9,o*10,o*15,l,l*2,l*3,l*4,l*6,i,i*2,i*5,i*10,i*25,i*50,i*100]),
p=[[i,yr,at,at,at,at,at,at,1],[o*28,"{MMM}",Ri,at,at,at,at,at,1],[o,kr,Ri,at,at,at,at,at,1],[n,"{h}"+vr,As,at,is,at,at,at,1],[s,On,As,at,is,at,at,at,1],[t,Vi,As+" "+On,at,is+" "+On,at,Ii,at,1],[e,Vi+"\
.{fff}",As+" "+On,at,is+" "+On,at,Ii,at,1]];function g(d){return(b,k,S,_,$,O)=>{let y=[],L=$>=i,M=$>=l&&$<i,Y=d(S),z=ht(Y*e,3),F=Po(Y.getFullYear(),L?0:Y.getMonth(),M||L?1:Y.getDate()),I=ht(F*e,3);if(M||
L){let B=M?$/l:0,R=L?$/i:0,A=z==I?z:ht(Po(F.getFullYear()+R,F.getMonth()+B,1)*e,3),J=new Date(Nt(A/e)),V=J.getFullYear(),q=J.getMonth();for(let G=0;A<=_;G++){let et=Po(V+R*G,q+B*G,1),U=et-d(ht(et*e,3));
A=ht((+et+U)*e,3),A<=_&&y.push(A)}}else{let B=$>=o?o:$,R=se(S)-se(z),A=I+R+Ls(z-I,B);y.push(A);let J=d(A),V=J.getHours()+J.getMinutes()/s+J.getSeconds()/n,q=$/n,G=b.axes[k]._space,et=O/G;for(;A=ht(A+$,
e==1?0:3),!(A>_);)if(q>1){let U=se(ht(V+q,6))%24,nt=d(A).getHours()-U;nt>1&&(nt=-1),A-=nt*n,V=(V+q)%24;let ct=y[y.length-1];ht((A-ct)/$,3)*et>=.7&&y.push(A)}else y.push(A)}return y}}return[u,p,g]}var[
du,mu,gu]=Sr(1),[bu,wu,xu]=Sr(.001);cs(2,-53,53,[1]);function Hi(e,t){return e.map(s=>s.map((n,o)=>o==0||o==8||n==null?n:t(o==1||s[8]==0?n:s[1]+n)))}function Wi(e,t){return(s,n,o,l,i)=>{let a=t.find(S=>i>=
S[0])||t[t.length-1],u,p,g,d,b,k;return n.map(S=>{let _=e(S),$=_.getFullYear(),O=_.getMonth(),y=_.getDate(),L=_.getHours(),M=_.getMinutes(),Y=_.getSeconds(),z=$!=u&&a[2]||O!=p&&a[3]||y!=g&&a[4]||L!=d&&
a[5]||M!=b&&a[6]||Y!=k&&a[7]||a[1];return u=$,p=O,g=y,d=L,b=M,k=Y,z(_)})}}function yu(e,t){let s=Xo(t);return(n,o,l,i,a)=>o.map(u=>s(e(u)))}function Po(e,t,s){return new Date(e,t,s)}function Bi(e,t){return t(
e)}var ku="{YYYY}-{MM}-{DD} {h}:{mm}{aa}";function Ui(e,t){return(s,n,o,l)=>l==null?Yo:t(e(n))}function vu(e,t){let s=e.series[t];return s.width?s.stroke(e,t):s.points.width?s.points.stroke(e,t):null}
function Su(e,t){return e.series[t].fill(e,t)}var Mu={show:!0,live:!0,isolate:!1,mount:Bc,markers:{show:!0,width:2,stroke:vu,fill:Su,dash:"solid"},idx:null,idxs:null,values:[]};function Eu(e,t){let s=e.
cursor.points,n=fe(),o=s.size(e,t);wt(n,os,o),wt(n,ls,o);let l=o/-2;wt(n,"marginLeft",l),wt(n,"marginTop",l);let i=s.width(e,t,o);return i&&wt(n,"borderWidth",i),n}function Au(e,t){let s=e.series[t].points;
return s._fill||s._stroke}function Tu(e,t){let s=e.series[t].points;return s._stroke||s._fill}function _u(e,t){return e.series[t].points.size}var Lo=[0,0];function Nu(e,t,s){return Lo[0]=t,Lo[1]=s,Lo}
function Ts(e,t,s,n=!0){return o=>{o.button==0&&(!n||o.target==t)&&s(o)}}function $o(e,t,s,n=!0){return o=>{(!n||o.target==t)&&s(o)}}var zu={show:!0,x:!0,y:!0,lock:!1,move:Nu,points:{one:!1,show:Eu,size:_u,
width:0,stroke:Tu,fill:Au},bind:{mousedown:Ts,mouseup:Ts,click:Ts,dblclick:Ts,mousemove:$o,mouseleave:$o,mouseenter:$o},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(e,t)=>{t.stopPropagation(),t.
stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(e,t,s,n,o)=>n-o,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},Mr={show:!0,stroke:"\
rgba(0,0,0,0.07)",width:2},el=At({},Mr,{filter:ur}),Er=At({},el,{size:10}),Ar=At({},Mr,{show:!1}),nl='12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-seri\
f, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"',Tr="bold "+nl,_r=1.5,Gi={show:!0,scale:"x",stroke:jo,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Tr,
side:2,grid:el,ticks:Er,border:Ar,font:nl,lineGap:_r,rotate:0},Cu="Value",Du="Time",ji={show:!0,scale:"x",auto:!1,sorted:1,min:ft,max:-ft,idxs:[]};function Pu(e,t,s,n,o){return t.map(l=>l==null?"":Zo(
l))}function Lu(e,t,s,n,o,l,i){let a=[],u=Ye.get(o)||0;s=i?s:ht(Ls(s,o),u);for(let p=s;p<=n;p=ht(p+o,u))a.push(Object.is(p,-0)?0:p);return a}function Ho(e,t,s,n,o,l,i){let a=[],u=e.scales[e.axes[t].scale].
log,p=u==10?Fe:rr,g=se(p(s));o=In(u,g),u==10&&(o=fn[ye(o,fn)]);let d=s,b=o*u;u==10&&(b=fn[ye(b,fn)]);do a.push(d),d=d+o,u==10&&!Ye.has(d)&&(d=ht(d,Ye.get(o))),d>=b&&(o=d,b=o*u,u==10&&(b=fn[ye(b,fn)]));while(d<=
n);return a}function $u(e,t,s,n,o,l,i){let u=e.scales[e.axes[t].scale].asinh,p=n>u?Ho(e,t,jt(u,s),n,o):[u],g=n>=0&&s<=0?[0]:[];return(s<-u?Ho(e,t,jt(u,-n),-s,o):[u]).reverse().map(b=>-b).concat(g,p)}var Nr=/./,
Fu=/[12357]/,Ou=/[125]/,Yi=/1/,Wo=(e,t,s,n)=>e.map((o,l)=>t==4&&o==0||l%n==0&&s.test(o.toExponential()[o<0?1:0])?o:null);function Ru(e,t,s,n,o){let l=e.axes[s],i=l.scale,a=e.scales[i],u=e.valToPos,p=l.
_space,g=u(10,i),d=u(9,i)-g>=p?Nr:u(7,i)-g>=p?Fu:u(5,i)-g>=p?Ou:Yi;if(d==Yi){let b=zt(u(1,i)-g);if(b<p)return Wo(t.slice().reverse(),a.distr,d,he(p/b)).reverse()}return Wo(t,a.distr,d,1)}function Iu(e,t,s,n,o){
let l=e.axes[s],i=l.scale,a=l._space,u=e.valToPos,p=zt(u(1,i)-u(2,i));return p<a?Wo(t.slice().reverse(),3,Nr,he(a/p)).reverse():t}function Vu(e,t,s,n){return n==null?Yo:t==null?"":Zo(t)}var qi={show:!0,
scale:"y",stroke:jo,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Tr,side:3,grid:el,ticks:Er,border:Ar,font:nl,lineGap:_r,rotate:0};function Hu(e,t){let s=3+(e||1)*2;return ht(s*t,
3)}function Wu(e,t){let{scale:s,idxs:n}=e.series[0],o=e._data[0],l=e.valToPos(o[n[0]],s,!0),i=e.valToPos(o[n[1]],s,!0),a=zt(i-l),u=e.series[t],p=a/(u.points.space*it);return n[1]-n[0]<=p}var Ki={scale:null,
auto:!0,sorted:0,min:ft,max:-ft},zr=(e,t,s,n,o)=>o,Ji={show:!0,auto:!0,sorted:0,gaps:zr,alpha:1,facets:[At({},Ki,{scale:"x"}),At({},Ki,{scale:"y"})]},Zi={scale:"y",auto:!0,sorted:0,show:!0,spanGaps:!1,
gaps:zr,alpha:1,points:{show:Wu,filter:null},values:null,min:ft,max:-ft,idxs:[],path:null,clip:null};function Bu(e,t,s,n,o){return s/10}var Cr={time:!0,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,
dir:1,ori:0},Uu=At({},Cr,{time:!1,ori:1}),Qi={};function Dr(e,t){let s=Qi[e];return s||(s={key:e,plots:[],sub(n){s.plots.push(n)},unsub(n){s.plots=s.plots.filter(o=>o!=n)},pub(n,o,l,i,a,u,p){for(let g=0;g<
s.plots.length;g++)s.plots[g]!=o&&s.plots[g].pub(n,o,l,i,a,u,p)}},e!=null&&(Qi[e]=s)),s}var Wn=1,Bo=2;function mn(e,t,s){let n=e.mode,o=e.series[t],l=n==2?e._data[t]:e._data,i=e.scales,a=e.bbox,u=l[0],
p=n==2?l[1]:l[t],g=n==2?i[o.facets[0].scale]:i[e.series[0].scale],d=n==2?i[o.facets[1].scale]:i[o.scale],b=a.left,k=a.top,S=a.width,_=a.height,$=e.valToPosH,O=e.valToPosV;return g.ori==0?s(o,u,p,g,d,$,
O,b,k,S,_,Os,Un,Is,Lr,Fr):s(o,u,p,g,d,O,$,k,b,_,S,Rs,Gn,ll,$r,Or)}function sl(e,t){let s=0,n=0,o=ot(e.bands,Qo);for(let l=0;l<o.length;l++){let i=o[l];i.series[0]==t?s=i.dir:i.series[1]==t&&(i.dir==1?
n|=1:n|=2)}return[s,n==1?-1:n==2?1:n==3?2:0]}function Gu(e,t,s,n,o){let l=e.mode,i=e.series[t],a=l==2?i.facets[1].scale:i.scale,u=e.scales[a];return o==-1?u.min:o==1?u.max:u.distr==3?u.dir==1?u.min:u.
max:0}function Oe(e,t,s,n,o,l){return mn(e,t,(i,a,u,p,g,d,b,k,S,_,$)=>{let O=i.pxRound,y=p.dir*(p.ori==0?1:-1),L=p.ori==0?Un:Gn,M,Y;y==1?(M=s,Y=n):(M=n,Y=s);let z=O(d(a[M],p,_,k)),F=O(b(u[M],g,$,S)),I=O(
d(a[Y],p,_,k)),B=O(b(l==1?g.max:g.min,g,$,S)),R=new Path2D(o);return L(R,I,B),L(R,z,B),L(R,z,F),R})}function Fs(e,t,s,n,o,l){let i=null;if(e.length>0){i=new Path2D;let a=t==0?Is:ll,u=s;for(let d=0;d<e.
length;d++){let b=e[d];if(b[1]>b[0]){let k=b[0]-u;k>0&&a(i,u,n,k,n+l),u=b[1]}}let p=s+o-u,g=10;p>0&&a(i,u,n-g/2,p,n+l+g)}return i}function ju(e,t,s){let n=e[e.length-1];n&&n[0]==t?n[1]=s:e.push([t,s])}
function ol(e,t,s,n,o,l,i){let a=[],u=e.length;for(let p=o==1?s:n;p>=s&&p<=n;p+=o)if(t[p]===null){let d=p,b=p;if(o==1)for(;++p<=n&&t[p]===null;)b=p;else for(;--p>=s&&t[p]===null;)b=p;let k=l(e[d]),S=b==
d?k:l(e[b]),_=d-o;k=i<=0&&_>=0&&_<u?l(e[_]):k;let O=b+o;S=i>=0&&O>=0&&O<u?l(e[O]):S,S>=k&&a.push([k,S])}return a}function Xi(e){return e==0?cr:e==1?Nt:t=>un(t,e)}function Pr(e){let t=e==0?Os:Rs,s=e==0?
(o,l,i,a,u,p)=>{o.arcTo(l,i,a,u,p)}:(o,l,i,a,u,p)=>{o.arcTo(i,l,u,a,p)},n=e==0?(o,l,i,a,u)=>{o.rect(l,i,a,u)}:(o,l,i,a,u)=>{o.rect(i,l,u,a)};return(o,l,i,a,u,p=0,g=0)=>{p==0&&g==0?n(o,l,i,a,u):(p=ke(p,
a/2,u/2),g=ke(g,a/2,u/2),t(o,l+p,i),s(o,l+a,i,l+a,i+u,p),s(o,l+a,i+u,l,i+u,g),s(o,l,i+u,l,i,g),s(o,l,i,l+a,i,p),o.closePath())}}var Os=(e,t,s)=>{e.moveTo(t,s)},Rs=(e,t,s)=>{e.moveTo(s,t)},Un=(e,t,s)=>{
e.lineTo(t,s)},Gn=(e,t,s)=>{e.lineTo(s,t)},Is=Pr(0),ll=Pr(1),Lr=(e,t,s,n,o,l)=>{e.arc(t,s,n,o,l)},$r=(e,t,s,n,o,l)=>{e.arc(s,t,n,o,l)},Fr=(e,t,s,n,o,l,i)=>{e.bezierCurveTo(t,s,n,o,l,i)},Or=(e,t,s,n,o,l,i)=>{
e.bezierCurveTo(s,t,o,n,i,l)};function Rr(e){return(t,s,n,o,l)=>mn(t,s,(i,a,u,p,g,d,b,k,S,_,$)=>{let{pxRound:O,points:y}=i,L,M;p.ori==0?(L=Os,M=Lr):(L=Rs,M=$r);let Y=ht(y.width*it,3),z=(y.size-y.width)/
2*it,F=ht(z*2,3),I=new Path2D,B=new Path2D,{left:R,top:A,width:J,height:V}=t.bbox;Is(B,R-F,A-F,J+F*2,V+F*2);let q=G=>{if(u[G]!=null){let et=O(d(a[G],p,_,k)),U=O(b(u[G],g,$,S));L(I,et+z,U),M(I,et,U,z,0,
_s*2)}};if(l)l.forEach(q);else for(let G=n;G<=o;G++)q(G);return{stroke:Y>0?I:null,fill:I,clip:B,flags:Wn|Bo}})}function Ir(e){return(t,s,n,o,l,i)=>{n!=o&&(l!=n&&i!=n&&e(t,s,n),l!=o&&i!=o&&e(t,s,o),e(t,
s,i))}}var Yu=Ir(Un),qu=Ir(Gn);function Vr(e){let t=ot(e?.alignGaps,0);return(s,n,o,l)=>mn(s,n,(i,a,u,p,g,d,b,k,S,_,$)=>{[o,l]=Ds(u,o,l);let O=i.pxRound,y=V=>O(d(V,p,_,k)),L=V=>O(b(V,g,$,S)),M,Y;p.ori==
0?(M=Un,Y=Yu):(M=Gn,Y=qu);let z=p.dir*(p.ori==0?1:-1),F={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Wn},I=F.stroke,B=!1;if(l-o>=_*4){let V=H=>s.posToVal(H,p.key,!0),q=null,G=null,
et,U,qt,xt=y(a[z==1?o:l]),nt=y(a[o]),ct=y(a[l]),Q=V(z==1?nt+1:ct-1);for(let H=z==1?o:l;H>=o&&H<=l;H+=z){let Tt=a[H],yt=(z==1?Tt<Q:Tt>Q)?xt:y(Tt),rt=u[H];yt==xt?rt!=null?(U=rt,q==null?(M(I,yt,L(U)),et=
q=G=U):U<q?q=U:U>G&&(G=U)):rt===null&&(B=!0):(q!=null&&Y(I,xt,L(q),L(G),L(et),L(U)),rt!=null?(U=rt,M(I,yt,L(U)),q=G=et=U):(q=G=null,rt===null&&(B=!0)),xt=yt,Q=V(xt+z))}q!=null&&q!=G&&qt!=xt&&Y(I,xt,L(
q),L(G),L(et),L(U))}else for(let V=z==1?o:l;V>=o&&V<=l;V+=z){let q=u[V];q===null?B=!0:q!=null&&M(I,y(a[V]),L(q))}let[A,J]=sl(s,n);if(i.fill!=null||A!=0){let V=F.fill=new Path2D(I),q=i.fillTo(s,n,i.min,
i.max,A),G=L(q),et=y(a[o]),U=y(a[l]);z==-1&&([U,et]=[et,U]),M(V,U,G),M(V,et,G)}if(!i.spanGaps){let V=[];B&&V.push(...ol(a,u,o,l,z,y,t)),F.gaps=V=i.gaps(s,n,o,l,V),F.clip=Fs(V,p.ori,k,S,_,$)}return J!=
0&&(F.band=J==2?[Oe(s,n,o,l,I,-1),Oe(s,n,o,l,I,1)]:Oe(s,n,o,l,I,J)),F})}function Ku(e){let t=ot(e.align,1),s=ot(e.ascDesc,!1),n=ot(e.alignGaps,0),o=ot(e.extend,!1);return(l,i,a,u)=>mn(l,i,(p,g,d,b,k,S,_,$,O,y,L)=>{
[a,u]=Ds(d,a,u);let M=p.pxRound,{left:Y,width:z}=l.bbox,F=nt=>M(S(nt,b,y,$)),I=nt=>M(_(nt,k,L,O)),B=b.ori==0?Un:Gn,R={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Wn},A=R.stroke,J=b.
dir*(b.ori==0?1:-1),V=I(d[J==1?a:u]),q=F(g[J==1?a:u]),G=q,et=q;o&&t==-1&&(et=Y,B(A,et,V)),B(A,q,V);for(let nt=J==1?a:u;nt>=a&&nt<=u;nt+=J){let ct=d[nt];if(ct==null)continue;let Q=F(g[nt]),H=I(ct);t==1?
B(A,Q,V):B(A,G,H),B(A,Q,H),V=H,G=Q}let U=G;o&&t==1&&(U=Y+z,B(A,U,V));let[qt,xt]=sl(l,i);if(p.fill!=null||qt!=0){let nt=R.fill=new Path2D(A),ct=p.fillTo(l,i,p.min,p.max,qt),Q=I(ct);B(nt,U,Q),B(nt,et,Q)}
if(!p.spanGaps){let nt=[];nt.push(...ol(g,d,a,u,J,F,n));let ct=p.width*it/2,Q=s||t==1?ct:-ct,H=s||t==-1?-ct:ct;nt.forEach(Tt=>{Tt[0]+=Q,Tt[1]+=H}),R.gaps=nt=p.gaps(l,i,a,u,nt),R.clip=Fs(nt,b.ori,$,O,y,
L)}return xt!=0&&(R.band=xt==2?[Oe(l,i,a,u,A,-1),Oe(l,i,a,u,A,1)]:Oe(l,i,a,u,A,xt)),R})}function tr(e,t,s,n,o,l,i=ft){if(e.length>1){let a=null;for(let u=0,p=1/0;u<e.length;u++)if(t[u]!==void 0){if(a!=
null){let g=zt(e[u]-e[a]);g<p&&(p=g,i=zt(s(e[u],n,o,l)-s(e[a],n,o,l)))}a=u}}return i}function Ju(e){e=e||as;let t=ot(e.size,[.6,ft,1]),s=e.align||0,n=e.gap||0,o=e.radius;o=o==null?[0,0]:typeof o=="num\
ber"?[o,0]:o;let l=tt(o),i=1-t[0],a=ot(t[1],ft),u=ot(t[2],1),p=ot(e.disp,as),g=ot(e.each,k=>{}),{fill:d,stroke:b}=p;return(k,S,_,$)=>mn(k,S,(O,y,L,M,Y,z,F,I,B,R,A)=>{let J=O.pxRound,V=s,q=n*it,G=a*it,
et=u*it,U,qt;M.ori==0?[U,qt]=l(k,S):[qt,U]=l(k,S);let xt=M.dir*(M.ori==0?1:-1),nt=M.ori==0?Is:ll,ct=M.ori==0?g:(D,pt,_t,xn,Ze,Se,Qe)=>{g(D,pt,_t,Ze,xn,Qe,Se)},Q=ot(k.bands,Qo).find(D=>D.series[0]==S),
H=Q!=null?Q.dir:0,Tt=O.fillTo(k,S,O.min,O.max,H),Ht=J(F(Tt,Y,A,B)),yt,rt,pe,Zt=R,vt=J(O.width*it),ve=!1,Pe=null,le=null,Ie=null,gn=null;d!=null&&(vt==0||b!=null)&&(ve=!0,Pe=d.values(k,S,_,$),le=new Map,
new Set(Pe).forEach(D=>{D!=null&&le.set(D,new Path2D)}),vt>0&&(Ie=b.values(k,S,_,$),gn=new Map,new Set(Ie).forEach(D=>{D!=null&&gn.set(D,new Path2D)})));let{x0:bn,size:Yn}=p;if(bn!=null&&Yn!=null){V=1,
y=bn.values(k,S,_,$),bn.unit==2&&(y=y.map(_t=>k.posToVal(I+_t*R,M.key,!0)));let D=Yn.values(k,S,_,$);Yn.unit==2?rt=D[0]*R:rt=z(D[0],M,R,I)-z(0,M,R,I),Zt=tr(y,L,z,M,R,I,Zt),pe=Zt-rt+q}else Zt=tr(y,L,z,
M,R,I,Zt),pe=Zt*i+q,rt=Zt-pe;pe<1&&(pe=0),vt>=rt/2&&(vt=0),pe<5&&(J=cr);let us=pe>0,Ke=Zt-pe-(us?vt:0);rt=J(Vo(Ke,et,G)),yt=(V==0?rt/2:V==xt?0:rt)-V*xt*((V==0?q/2:0)+(us?vt/2:0));let Wt={stroke:null,fill:null,
clip:null,band:null,gaps:null,flags:0},wn=ve?null:new Path2D,Le=null;if(Q!=null)Le=k.data[Q.series[1]];else{let{y0:D,y1:pt}=p;D!=null&&pt!=null&&(L=pt.values(k,S,_,$),Le=D.values(k,S,_,$))}let Je=U*rt,
Z=qt*rt;for(let D=xt==1?_:$;D>=_&&D<=$;D+=xt){let pt=L[D];if(pt==null)continue;if(Le!=null){let Kt=Le[D]??0;if(pt-Kt==0)continue;Ht=F(Kt,Y,A,B)}let _t=M.distr!=2||p!=null?y[D]:D,xn=z(_t,M,R,I),Ze=F(ot(
pt,Tt),Y,A,B),Se=J(xn-yt),Qe=J(jt(Ze,Ht)),Qt=J(ke(Ze,Ht)),ie=Qe-Qt;if(pt!=null){let Kt=pt<0?Z:Je,de=pt<0?Je:Z;ve?(vt>0&&Ie[D]!=null&&nt(gn.get(Ie[D]),Se,Qt+se(vt/2),rt,jt(0,ie-vt),Kt,de),Pe[D]!=null&&
nt(le.get(Pe[D]),Se,Qt+se(vt/2),rt,jt(0,ie-vt),Kt,de)):nt(wn,Se,Qt+se(vt/2),rt,jt(0,ie-vt),Kt,de),ct(k,S,D,Se-vt/2,Qt,rt+vt,ie)}}return vt>0?Wt.stroke=ve?gn:wn:ve||(Wt._fill=O.width==0?O._fill:O._stroke??
O._fill,Wt.width=0),Wt.fill=ve?le:wn,Wt})}function Zu(e,t){let s=ot(t?.alignGaps,0);return(n,o,l,i)=>mn(n,o,(a,u,p,g,d,b,k,S,_,$,O)=>{[l,i]=Ds(p,l,i);let y=a.pxRound,L=U=>y(b(U,g,$,S)),M=U=>y(k(U,d,O,
_)),Y,z,F;g.ori==0?(Y=Os,F=Un,z=Fr):(Y=Rs,F=Gn,z=Or);let I=g.dir*(g.ori==0?1:-1),B=L(u[I==1?l:i]),R=B,A=[],J=[];for(let U=I==1?l:i;U>=l&&U<=i;U+=I)if(p[U]!=null){let xt=u[U],nt=L(xt);A.push(R=nt),J.push(
M(p[U]))}let V={stroke:e(A,J,Y,F,z,y),fill:null,clip:null,band:null,gaps:null,flags:Wn},q=V.stroke,[G,et]=sl(n,o);if(a.fill!=null||G!=0){let U=V.fill=new Path2D(q),qt=a.fillTo(n,o,a.min,a.max,G),xt=M(
qt);F(U,R,xt),F(U,B,xt)}if(!a.spanGaps){let U=[];U.push(...ol(u,p,l,i,I,L,s)),V.gaps=U=a.gaps(n,o,l,i,U),V.clip=Fs(U,g.ori,S,_,$,O)}return et!=0&&(V.band=et==2?[Oe(n,o,l,i,q,-1),Oe(n,o,l,i,q,1)]:Oe(n,
o,l,i,q,et)),V})}function Qu(e){return Zu(Xu,e)}function Xu(e,t,s,n,o,l){let i=e.length;if(i<2)return null;let a=new Path2D;if(s(a,e[0],t[0]),i==2)n(a,e[1],t[1]);else{let u=Array(i),p=Array(i-1),g=Array(
i-1),d=Array(i-1);for(let b=0;b<i-1;b++)g[b]=t[b+1]-t[b],d[b]=e[b+1]-e[b],p[b]=g[b]/d[b];u[0]=p[0];for(let b=1;b<i-1;b++)p[b]===0||p[b-1]===0||p[b-1]>0!=p[b]>0?u[b]=0:(u[b]=3*(d[b-1]+d[b])/((2*d[b]+d[b-
1])/p[b-1]+(d[b]+2*d[b-1])/p[b]),isFinite(u[b])||(u[b]=0));u[i-1]=p[i-2];for(let b=0;b<i-1;b++)o(a,e[b]+d[b]/3,t[b]+u[b]*d[b]/3,e[b+1]-d[b]/3,t[b+1]-u[b+1]*d[b]/3,e[b+1],t[b+1])}return a}var Uo=new Set;
function er(){for(let e of Uo)e.syncRect(!0)}Bn&&(pn(Pc,Rn,er),pn(Lc,Rn,er,!0),pn(Ns,Rn,()=>{Ct.pxRatio=it}));var tf=Vr(),ef=Rr();function nr(e,t,s,n){return(n?[e[0],e[1]].concat(e.slice(2)):[e[0]].concat(
e.slice(1))).map((l,i)=>Go(l,i,t,s))}function nf(e,t){return e.map((s,n)=>n==0?{}:At({},t,s))}function Go(e,t,s,n){return At({},t==0?s:n,e)}function Hr(e,t,s){return t==null?Vn:[t,s]}var sf=Hr;function of(e,t,s){
return t==null?Vn:zs(t,s,Jo,!0)}function Wr(e,t,s,n){return t==null?Vn:Ps(t,s,e.scales[n].log,!1)}var lf=Wr;function Br(e,t,s,n){return t==null?Vn:Ko(t,s,e.scales[n].log,!1)}var rf=Br;function af(e,t,s,n,o){
let l=jt(Li(e),Li(t)),i=t-e,a=ye(o/n*i,s);do{let u=s[a],p=n*u/i;if(p>=o&&l+(u<5?Ye.get(u):0)<=17)return[u,p]}while(++a<s.length);return[0,0]}function sr(e){let t,s;return e=e.replace(/(\d+)px/,(n,o)=>(t=
Nt((s=+o)*it))+"px"),[e,t,s]}function cf(e){e.show&&[e.font,e.labelFont].forEach(t=>{let s=ht(t[2]*it,1);t[0]=t[0].replace(/[0-9.]+px/,s+"px"),t[1]=s})}function Ct(e,t,s){let n={mode:ot(e.mode,1)},o=n.
mode;function l(r,c,f,h){let m=c.valToPct(r);return h+f*(c.dir==-1?1-m:m)}function i(r,c,f,h){let m=c.valToPct(r);return h+f*(c.dir==-1?m:1-m)}function a(r,c,f,h){return c.ori==0?l(r,c,f,h):i(r,c,f,h)}
n.valToPosH=l,n.valToPosV=i;let u=!1;n.status=0;let p=n.root=fe(mc);if(e.id!=null&&(p.id=e.id),ne(p,e.class),e.title){let r=fe(wc,p);r.textContent=e.title}let g=xe("canvas"),d=n.ctx=g.getContext("2d"),
b=fe(xc,p);pn("click",b,r=>{r.target===S&&(dt!=zn||kt!=Cn)&&It.click(n,r)},!0);let k=n.under=fe(yc,b);b.appendChild(g);let S=n.over=fe(kc,b);e=Hn(e);let _=+ot(e.pxAlign,1),$=Xi(_);(e.plugins||[]).forEach(
r=>{r.opts&&(e=r.opts(n,e)||e)});let O=e.ms||.001,y=n.series=o==1?nr(e.series||[],ji,Zi,!1):nf(e.series||[null],Ji),L=n.axes=nr(e.axes||[],Gi,qi,!0),M=n.scales={},Y=n.bands=e.bands||[];Y.forEach(r=>{r.
fill=tt(r.fill||null),r.dir=ot(r.dir,-1)});let z=o==2?y[1].facets[0].scale:y[0].scale,F={axes:Va,series:$a},I=(e.drawOrder||["axes","series"]).map(r=>F[r]);function B(r){let c=r.distr==3?f=>Fe(f>0?f:r.
clamp(n,f,r.min,r.max,r.key)):r.distr==4?f=>Do(f,r.asinh):r.distr==100?f=>r.fwd(f):f=>f;return f=>{let h=c(f),{_min:m,_max:w}=r,x=w-m;return(h-m)/x}}function R(r){let c=M[r];if(c==null){let f=(e.scales||
as)[r]||as;if(f.from!=null){R(f.from);let h=At({},M[f.from],f,{key:r});h.valToPct=B(h),M[r]=h}else{c=M[r]=At({},r==z?Cr:Uu,f),c.key=r;let h=c.time,m=c.range,w=je(m);if((r!=z||o==2&&!h)&&(w&&(m[0]==null||
m[1]==null)&&(m={min:m[0]==null?Ci:{mode:1,hard:m[0],soft:m[0]},max:m[1]==null?Ci:{mode:1,hard:m[1],soft:m[1]}},w=!1),!w&&$s(m))){let x=m;m=(v,E,N)=>E==null?Vn:zs(E,N,x)}c.range=tt(m||(h?sf:r==z?c.distr==
3?lf:c.distr==4?rf:Hr:c.distr==3?Wr:c.distr==4?Br:of)),c.auto=tt(w?!1:c.auto),c.clamp=tt(c.clamp||Bu),c._min=c._max=null,c.valToPct=B(c)}}}R("x"),R("y"),o==1&&y.forEach(r=>{R(r.scale)}),L.forEach(r=>{
R(r.scale)});for(let r in e.scales)R(r);let A=M[z],J=A.distr,V,q;A.ori==0?(ne(p,gc),V=l,q=i):(ne(p,bc),V=i,q=l);let G={};for(let r in M){let c=M[r];(c.min!=null||c.max!=null)&&(G[r]={min:c.min,max:c.max},
c.min=c.max=null)}let et=e.tzDate||(r=>new Date(Nt(r/O))),U=e.fmtDate||Xo,qt=O==1?gu(et):xu(et),xt=Wi(et,Hi(O==1?mu:wu,U)),nt=Ui(et,Bi(ku,U)),ct=[],Q=n.legend=At({},Mu,e.legend),H=n.cursor=At({},zu,{drag:{
y:o==2}},e.cursor),Tt=Q.show,Ht=H.show,yt=Q.markers;Q.idxs=ct,yt.width=tt(yt.width),yt.dash=tt(yt.dash),yt.stroke=tt(yt.stroke),yt.fill=tt(yt.fill);let rt,pe,Zt,vt=[],ve=[],Pe,le=!1,Ie={};if(Q.live){let r=y[1]?
y[1].values:null;le=r!=null,Pe=le?r(n,1,0):{_:0};for(let c in Pe)Ie[c]=Yo}if(Tt)if(rt=xe("table",Tc,p),Zt=xe("tbody",null,rt),Q.mount(n,rt),le){pe=xe("thead",null,rt,Zt);let r=xe("tr",null,pe);xe("th",
null,r);for(var gn in Pe)xe("th",wi,r).textContent=gn}else ne(rt,Nc),Q.live&&ne(rt,_c);let bn={show:!0},Yn={show:!1};function us(r,c){if(c==0&&(le||!Q.live||o==2))return Vn;let f=[],h=xe("tr",zc,Zt,Zt.
childNodes[c]);ne(h,r.class),r.show||ne(h,hn);let m=xe("th",null,h);if(yt.show){let v=fe(Cc,m);if(c>0){let E=yt.width(n,c);E&&(v.style.border=E+"px "+yt.dash(n,c)+" "+yt.stroke(n,c)),v.style.background=
yt.fill(n,c)}}let w=fe(wi,m);r.label instanceof HTMLElement?w.appendChild(r.label):w.textContent=r.label,c>0&&(yt.show||(w.style.color=r.width>0?yt.stroke(n,c):yt.fill(n,c)),Wt("click",m,v=>{if(H._lock)
return;tn(v);let E=y.indexOf(r);if((v.ctrlKey||v.metaKey)!=Q.isolate){let N=y.some((C,P)=>P>0&&P!=E&&C.show);y.forEach((C,P)=>{P>0&&Ee(P,N?P==E?bn:Yn:bn,!0,Et.setSeries)})}else Ee(E,{show:!r.show},!0,
Et.setSeries)},!1),kn&&Wt(vi,m,v=>{H._lock||(tn(v),Ee(y.indexOf(r),Pn,!0,Et.setSeries))},!1));for(var x in Pe){let v=xe("td",Dc,h);v.textContent="--",f.push(v)}return[h,f]}let Ke=new Map;function Wt(r,c,f,h=!0){
let m=Ke.get(c)||{},w=H.bind[r](n,c,f,h);w&&(pn(r,c,m[r]=w),Ke.set(c,m))}function wn(r,c,f){let h=Ke.get(c)||{};for(let m in h)(r==null||m==r)&&(Io(m,c,h[m]),delete h[m]);r==null&&Ke.delete(c)}let Le=0,
Je=0,Z=0,D=0,pt=0,_t=0,xn=pt,Ze=_t,Se=Z,Qe=D,Qt=0,ie=0,Kt=0,de=0;n.bbox={};let Ys=!1,fs=!1,yn=!1,Xe=!1,hs=!1,re=!1;function qs(r,c,f){(f||r!=n.width||c!=n.height)&&bl(r,c),An(!1),yn=!0,fs=!0,Tn()}function bl(r,c){
n.width=Le=Z=r,n.height=Je=D=c,pt=_t=0,_a(),Na();let f=n.bbox;Qt=f.left=un(pt*it,.5),ie=f.top=un(_t*it,.5),Kt=f.width=un(Z*it,.5),de=f.height=un(D*it,.5)}let Ea=3;function Aa(){let r=!1,c=0;for(;!r;){
c++;let f=Ra(c),h=Ia(c);r=c==Ea||f&&h,r||(bl(n.width,n.height),fs=!0)}}function Ta({width:r,height:c}){qs(r,c)}n.setSize=Ta;function _a(){let r=!1,c=!1,f=!1,h=!1;L.forEach((m,w)=>{if(m.show&&m._show){
let{side:x,_size:v}=m,E=x%2,N=m.label!=null?m.labelSize:0,C=v+N;C>0&&(E?(Z-=C,x==3?(pt+=C,h=!0):f=!0):(D-=C,x==0?(_t+=C,r=!0):c=!0))}}),en[0]=r,en[1]=f,en[2]=c,en[3]=h,Z-=Ve[1]+Ve[3],pt+=Ve[3],D-=Ve[2]+
Ve[0],_t+=Ve[0]}function Na(){let r=pt+Z,c=_t+D,f=pt,h=_t;function m(w,x){switch(w){case 1:return r+=x,r-x;case 2:return c+=x,c-x;case 3:return f-=x,f+x;case 0:return h-=x,h+x}}L.forEach((w,x)=>{if(w.
show&&w._show){let v=w.side;w._pos=m(v,w._size),w.label!=null&&(w._lpos=m(v,w.labelSize))}})}if(H.dataIdx==null){let r=H.hover,c=r.skip=new Set(r.skip??[]);c.add(void 0);let f=r.prox=tt(r.prox),h=r.bias??=
0;H.dataIdx=(m,w,x,v)=>{if(w==0)return x;let E=x,N=f(m,w,x,v)??ft,C=N>=0&&N<ft,P=A.ori==0?Z:D,K=H.left,lt=t[0],st=t[w];if(c.has(st[x])){E=null;let X=null,j=null,W;if(h==0||h==-1)for(W=x;X==null&&W-- >
0;)c.has(st[W])||(X=W);if(h==0||h==1)for(W=x;j==null&&W++<st.length;)c.has(st[W])||(j=W);if(X!=null||j!=null)if(C){let gt=X==null?-1/0:V(lt[X],A,P,0),St=j==null?1/0:V(lt[j],A,P,0),Ot=K-gt,ut=St-K;Ot<=
ut?Ot<=N&&(E=X):ut<=N&&(E=j)}else E=j==null?X:X==null?j:x-X<=j-x?X:j}else C&&zt(K-V(lt[x],A,P,0))>N&&(E=null);return E}}let tn=r=>{H.event=r};H.idxs=ct,H._lock=!1;let Vt=H.points;Vt.show=tt(Vt.show),Vt.
size=tt(Vt.size),Vt.stroke=tt(Vt.stroke),Vt.width=tt(Vt.width),Vt.fill=tt(Vt.fill);let Me=n.focus=At({},e.focus||{alpha:.3},H.focus),kn=Me.prox>=0,vn=kn&&Vt.one,ae=[],Sn=[],Mn=[];function wl(r,c){let f=Vt.
show(n,c);if(f instanceof HTMLElement)return ne(f,Ac),ne(f,r.class),De(f,-10,-10,Z,D),S.insertBefore(f,ae[c]),f}function xl(r,c){if(o==1||c>0){let f=o==1&&M[r.scale].time,h=r.value;r.value=f?Oi(h)?Ui(
et,Bi(h,U)):h||nt:h||Vu,r.label=r.label||(f?Du:Cu)}if(vn||c>0){r.width=r.width==null?1:r.width,r.paths=r.paths||tf||Uc,r.fillTo=tt(r.fillTo||Gu),r.pxAlign=+ot(r.pxAlign,_),r.pxRound=Xi(r.pxAlign),r.stroke=
tt(r.stroke||null),r.fill=tt(r.fill||null),r._stroke=r._fill=r._paths=r._focus=null;let f=Hu(jt(1,r.width),1),h=r.points=At({},{size:f,width:jt(1,f*.2),stroke:r.stroke,space:f*2,paths:ef,_stroke:null,
_fill:null},r.points);h.show=tt(h.show),h.filter=tt(h.filter),h.fill=tt(h.fill),h.stroke=tt(h.stroke),h.paths=tt(h.paths),h.pxAlign=r.pxAlign}if(Tt){let f=us(r,c);vt.splice(c,0,f[0]),ve.splice(c,0,f[1]),
Q.values.push(null)}if(Ht){ct.splice(c,0,null);let f=null;vn?c==0&&(f=wl(r,c)):c>0&&(f=wl(r,c)),ae.splice(c,0,f),Sn.splice(c,0,0),Mn.splice(c,0,0)}Ft("addSeries",c)}function za(r,c){c=c??y.length,r=o==
1?Go(r,c,ji,Zi):Go(r,c,{},Ji),y.splice(c,0,r),xl(y[c],c)}n.addSeries=za;function Ca(r){if(y.splice(r,1),Tt){Q.values.splice(r,1),ve.splice(r,1);let c=vt.splice(r,1)[0];wn(null,c.firstChild),c.remove()}
Ht&&(ct.splice(r,1),ae.splice(r,1)[0].remove(),Sn.splice(r,1),Mn.splice(r,1)),Ft("delSeries",r)}n.delSeries=Ca;let en=[!1,!1,!1,!1];function Da(r,c){if(r._show=r.show,r.show){let f=r.side%2,h=M[r.scale];
h==null&&(r.scale=f?y[1].scale:z,h=M[r.scale]);let m=h.time;r.size=tt(r.size),r.space=tt(r.space),r.rotate=tt(r.rotate),je(r.incrs)&&r.incrs.forEach(x=>{!Ye.has(x)&&Ye.set(x,hr(x))}),r.incrs=tt(r.incrs||
(h.distr==2?hu:m?O==1?du:bu:fn)),r.splits=tt(r.splits||(m&&h.distr==1?qt:h.distr==3?Ho:h.distr==4?$u:Lu)),r.stroke=tt(r.stroke),r.grid.stroke=tt(r.grid.stroke),r.ticks.stroke=tt(r.ticks.stroke),r.border.
stroke=tt(r.border.stroke);let w=r.values;r.values=je(w)&&!je(w[0])?tt(w):m?je(w)?Wi(et,Hi(w,U)):Oi(w)?yu(et,w):w||xt:w||Pu,r.filter=tt(r.filter||(h.distr>=3&&h.log==10?Ru:h.distr==3&&h.log==2?Iu:ur)),
r.font=sr(r.font),r.labelFont=sr(r.labelFont),r._size=r.size(n,null,c,0),r._space=r._rotate=r._incrs=r._found=r._splits=r._values=null,r._size>0&&(en[c]=!0,r._el=fe(vc,b))}}function qn(r,c,f,h){let[m,
w,x,v]=f,E=c%2,N=0;return E==0&&(v||w)&&(N=c==0&&!m||c==2&&!x?Nt(Gi.size/3):0),E==1&&(m||x)&&(N=c==1&&!w||c==3&&!v?Nt(qi.size/2):0),N}let yl=n.padding=(e.padding||[qn,qn,qn,qn]).map(r=>tt(ot(r,qn))),Ve=n.
_padding=yl.map((r,c)=>r(n,c,en,0)),Rt,Dt=null,Pt=null,ps=o==1?y[0].idxs:null,me=null,Kn=!1;function kl(r,c){if(t=r??[],n.data=n._data=t,o==2){Rt=0;for(let f=1;f<y.length;f++)Rt+=t[f][0].length}else{t.
length==0&&(n.data=n._data=t=[[]]),me=t[0],Rt=me.length;let f=t;if(J==2){f=t.slice();let h=f[0]=Array(Rt);for(let m=0;m<Rt;m++)h[m]=m}n._data=t=f}if(An(!0),Ft("setData"),J==2&&(yn=!0),c!==!1){let f=A;
f.auto(n,Kn)?Ks():We(z,f.min,f.max),Xe=Xe||H.left>=0,re=!0,Tn()}}n.setData=kl;function Ks(){Kn=!0;let r,c;o==1&&(Rt>0?(Dt=ps[0]=0,Pt=ps[1]=Rt-1,r=t[0][Dt],c=t[0][Pt],J==2?(r=Dt,c=Pt):r==c&&(J==3?[r,c]=
Ps(r,r,A.log,!1):J==4?[r,c]=Ko(r,r,A.log,!1):A.time?c=r+Nt(86400/O):[r,c]=zs(r,c,Jo,!0))):(Dt=ps[0]=r=null,Pt=ps[1]=c=null)),We(z,r,c)}let ds,En,Js,Zs,Qs,Xs,to,eo,no,Jt;function vl(r,c,f,h,m,w){r??=yi,
f??=Qo,h??="butt",m??=yi,w??="round",r!=ds&&(d.strokeStyle=ds=r),m!=En&&(d.fillStyle=En=m),c!=Js&&(d.lineWidth=Js=c),w!=Qs&&(d.lineJoin=Qs=w),h!=Xs&&(d.lineCap=Xs=h),f!=Zs&&d.setLineDash(Zs=f)}function Sl(r,c,f,h){
c!=En&&(d.fillStyle=En=c),r!=to&&(d.font=to=r),f!=eo&&(d.textAlign=eo=f),h!=no&&(d.textBaseline=no=h)}function so(r,c,f,h,m=0){if(h.length>0&&r.auto(n,Kn)&&(c==null||c.min==null)){let w=ot(Dt,0),x=ot(
Pt,h.length-1),v=f.min==null?Rc(h,w,x,m,r.distr==3):[f.min,f.max];r.min=ke(r.min,f.min=v[0]),r.max=jt(r.max,f.max=v[1])}}let Ml={min:null,max:null};function Pa(){for(let h in M){let m=M[h];G[h]==null&&
(m.min==null||G[z]!=null&&m.auto(n,Kn))&&(G[h]=Ml)}for(let h in M){let m=M[h];G[h]==null&&m.from!=null&&G[m.from]!=null&&(G[h]=Ml)}G[z]!=null&&An(!0);let r={};for(let h in G){let m=G[h];if(m!=null){let w=r[h]=
Hn(M[h],Yc);if(m.min!=null)At(w,m);else if(h!=z||o==2)if(Rt==0&&w.from==null){let x=w.range(n,null,null,h);w.min=x[0],w.max=x[1]}else w.min=ft,w.max=-ft}}if(Rt>0){y.forEach((h,m)=>{if(o==1){let w=h.scale,
x=G[w];if(x==null)return;let v=r[w];if(m==0){let E=v.range(n,v.min,v.max,w);v.min=E[0],v.max=E[1],Dt=ye(v.min,t[0]),Pt=ye(v.max,t[0]),Pt-Dt>1&&(t[0][Dt]<v.min&&Dt++,t[0][Pt]>v.max&&Pt--),h.min=me[Dt],
h.max=me[Pt]}else h.show&&h.auto&&so(v,x,h,t[m],h.sorted);h.idxs[0]=Dt,h.idxs[1]=Pt}else if(m>0&&h.show&&h.auto){let[w,x]=h.facets,v=w.scale,E=x.scale,[N,C]=t[m],P=r[v],K=r[E];P!=null&&so(P,G[v],w,N,w.
sorted),K!=null&&so(K,G[E],x,C,x.sorted),h.min=x.min,h.max=x.max}});for(let h in r){let m=r[h],w=G[h];if(m.from==null&&(w==null||w.min==null)){let x=m.range(n,m.min==ft?null:m.min,m.max==-ft?null:m.max,
h);m.min=x[0],m.max=x[1]}}}for(let h in r){let m=r[h];if(m.from!=null){let w=r[m.from];if(w.min==null)m.min=m.max=null;else{let x=m.range(n,w.min,w.max,h);m.min=x[0],m.max=x[1]}}}let c={},f=!1;for(let h in r){
let m=r[h],w=M[h];if(w.min!=m.min||w.max!=m.max){w.min=m.min,w.max=m.max;let x=w.distr;w._min=x==3?Fe(w.min):x==4?Do(w.min,w.asinh):x==100?w.fwd(w.min):w.min,w._max=x==3?Fe(w.max):x==4?Do(w.max,w.asinh):
x==100?w.fwd(w.max):w.max,c[h]=f=!0}}if(f){y.forEach((h,m)=>{o==2?m>0&&c.y&&(h._paths=null):c[h.scale]&&(h._paths=null)});for(let h in c)yn=!0,Ft("setScale",h);Ht&&H.left>=0&&(Xe=re=!0)}for(let h in G)
G[h]=null}function La(r){let c=Vo(Dt-1,0,Rt-1),f=Vo(Pt+1,0,Rt-1);for(;r[c]==null&&c>0;)c--;for(;r[f]==null&&f<Rt-1;)f++;return[c,f]}function $a(){if(Rt>0){let r=y.some(c=>c._focus)&&Jt!=Me.alpha;r&&(d.
globalAlpha=Jt=Me.alpha),y.forEach((c,f)=>{if(f>0&&c.show&&(El(f,!1),El(f,!0),c._paths==null)){let h=Jt;Jt!=c.alpha&&(d.globalAlpha=Jt=c.alpha);let m=o==2?[0,t[f][0].length-1]:La(t[f]);c._paths=c.paths(
n,f,m[0],m[1]),Jt!=h&&(d.globalAlpha=Jt=h)}}),y.forEach((c,f)=>{if(f>0&&c.show){let h=Jt;Jt!=c.alpha&&(d.globalAlpha=Jt=c.alpha),c._paths!=null&&Al(f,!1);{let m=c._paths!=null?c._paths.gaps:null,w=c.points.
show(n,f,Dt,Pt,m),x=c.points.filter(n,f,w,m);(w||x)&&(c.points._paths=c.points.paths(n,f,Dt,Pt,x),Al(f,!0))}Jt!=h&&(d.globalAlpha=Jt=h),Ft("drawSeries",f)}}),r&&(d.globalAlpha=Jt=1)}}function El(r,c){
let f=c?y[r].points:y[r];f._stroke=f.stroke(n,r),f._fill=f.fill(n,r)}function Al(r,c){let f=c?y[r].points:y[r],{stroke:h,fill:m,clip:w,flags:x,_stroke:v=f._stroke,_fill:E=f._fill,_width:N=f.width}=f._paths;
N=ht(N*it,3);let C=null,P=N%2/2;c&&E==null&&(E=N>0?"#fff":v);let K=f.pxAlign==1&&P>0;if(K&&d.translate(P,P),!c){let lt=Qt-N/2,st=ie-N/2,X=Kt+N,j=de+N;C=new Path2D,C.rect(lt,st,X,j)}c?oo(v,N,f.dash,f.cap,
E,h,m,x,w):Fa(r,v,N,f.dash,f.cap,E,h,m,x,C,w),K&&d.translate(-P,-P)}function Fa(r,c,f,h,m,w,x,v,E,N,C){let P=!1;E!=0&&Y.forEach((K,lt)=>{if(K.series[0]==r){let st=y[K.series[1]],X=t[K.series[1]],j=(st.
_paths||as).band;je(j)&&(j=K.dir==1?j[0]:j[1]);let W,gt=null;st.show&&j&&Vc(X,Dt,Pt)?(gt=K.fill(n,lt)||w,W=st._paths.clip):j=null,oo(c,f,h,m,gt,x,v,E,N,C,W,j),P=!0}}),P||oo(c,f,h,m,w,x,v,E,N,C)}let Tl=Wn|
Bo;function oo(r,c,f,h,m,w,x,v,E,N,C,P){vl(r,c,f,h,m),(E||N||P)&&(d.save(),E&&d.clip(E),N&&d.clip(N)),P?(v&Tl)==Tl?(d.clip(P),C&&d.clip(C),gs(m,x),ms(r,w,c)):v&Bo?(gs(m,x),d.clip(P),ms(r,w,c)):v&Wn&&(d.
save(),d.clip(P),C&&d.clip(C),gs(m,x),d.restore(),ms(r,w,c)):(gs(m,x),ms(r,w,c)),(E||N||P)&&d.restore()}function ms(r,c,f){f>0&&(c instanceof Map?c.forEach((h,m)=>{d.strokeStyle=ds=m,d.stroke(h)}):c!=
null&&r&&d.stroke(c))}function gs(r,c){c instanceof Map?c.forEach((f,h)=>{d.fillStyle=En=h,d.fill(f)}):c!=null&&r&&d.fill(c)}function Oa(r,c,f,h){let m=L[r],w;if(h<=0)w=[0,0];else{let x=m._space=m.space(
n,r,c,f,h),v=m._incrs=m.incrs(n,r,c,f,h,x);w=af(c,f,v,h,x)}return m._found=w}function lo(r,c,f,h,m,w,x,v,E,N){let C=x%2/2;_==1&&d.translate(C,C),vl(v,x,E,N,v),d.beginPath();let P,K,lt,st,X=m+(h==0||h==
3?-w:w);f==0?(K=m,st=X):(P=m,lt=X);for(let j=0;j<r.length;j++)c[j]!=null&&(f==0?P=lt=r[j]:K=st=r[j],d.moveTo(P,K),d.lineTo(lt,st));d.stroke(),_==1&&d.translate(-C,-C)}function Ra(r){let c=!0;return L.
forEach((f,h)=>{if(!f.show)return;let m=M[f.scale];if(m.min==null){f._show&&(c=!1,f._show=!1,An(!1));return}else f._show||(c=!1,f._show=!0,An(!1));let w=f.side,x=w%2,{min:v,max:E}=m,[N,C]=Oa(h,v,E,x==
0?Z:D);if(C==0)return;let P=m.distr==2,K=f._splits=f.splits(n,h,v,E,N,C,P),lt=m.distr==2?K.map(W=>me[W]):K,st=m.distr==2?me[K[1]]-me[K[0]]:N,X=f._values=f.values(n,f.filter(n,lt,h,C,st),h,C,st);f._rotate=
w==2?f.rotate(n,X,h,C):0;let j=f._size;f._size=he(f.size(n,X,h,r)),j!=null&&f._size!=j&&(c=!1)}),c}function Ia(r){let c=!0;return yl.forEach((f,h)=>{let m=f(n,h,en,r);m!=Ve[h]&&(c=!1),Ve[h]=m}),c}function Va(){
for(let r=0;r<L.length;r++){let c=L[r];if(!c.show||!c._show)continue;let f=c.side,h=f%2,m,w,x=c.stroke(n,r),v=f==0||f==3?-1:1,[E,N]=c._found;if(c.label!=null){let Ut=c.labelGap*v,ee=Nt((c._lpos+Ut)*it);
Sl(c.labelFont[0],x,"center",f==2?"top":xi),d.save(),h==1?(m=w=0,d.translate(ee,Nt(ie+de/2)),d.rotate((f==3?-_s:_s)/2)):(m=Nt(Qt+Kt/2),w=ee);let on=ar(c.label)?c.label(n,r,E,N):c.label;d.fillText(on,m,
w),d.restore()}if(N==0)continue;let C=M[c.scale],P=h==0?Kt:de,K=h==0?Qt:ie,lt=c._splits,st=C.distr==2?lt.map(Ut=>me[Ut]):lt,X=C.distr==2?me[lt[1]]-me[lt[0]]:E,j=c.ticks,W=c.border,gt=j.show?j.size:0,St=Nt(
gt*it),Ot=Nt((c.alignTo==2?c._size-gt-c.gap:c.gap)*it),ut=c._rotate*-_s/180,Mt=$(c._pos*it),Xt=(St+Ot)*v,Bt=Mt+Xt;w=h==0?Bt:0,m=h==1?Bt:0;let ce=c.font[0],ge=c.align==1?Fn:c.align==2?No:ut>0?Fn:ut<0?No:
h==0?"center":f==3?No:Fn,Te=ut||h==1?"middle":f==2?"top":xi;Sl(ce,x,ge,Te);let te=c.font[1]*c.lineGap,ue=lt.map(Ut=>$(a(Ut,C,P,K))),be=c._values;for(let Ut=0;Ut<be.length;Ut++){let ee=be[Ut];if(ee!=null){
h==0?m=ue[Ut]:w=ue[Ut],ee=""+ee;let on=ee.indexOf(`
`)==-1?[ee]:ee.split(/\n/gm);for(let Gt=0;Gt<on.length;Gt++){let jl=on[Gt];ut?(d.save(),d.translate(m,w+Gt*te),d.rotate(ut),d.fillText(jl,0,0),d.restore()):d.fillText(jl,m,w+Gt*te)}}}j.show&&lo(ue,j.filter(
n,st,r,N,X),h,f,Mt,St,ht(j.width*it,3),j.stroke(n,r),j.dash,j.cap);let _e=c.grid;_e.show&&lo(ue,_e.filter(n,st,r,N,X),h,h==0?2:1,h==0?ie:Qt,h==0?de:Kt,ht(_e.width*it,3),_e.stroke(n,r),_e.dash,_e.cap),
W.show&&lo([Mt],[1],h==0?1:0,h==0?1:2,h==1?ie:Qt,h==1?de:Kt,ht(W.width*it,3),W.stroke(n,r),W.dash,W.cap)}Ft("drawAxes")}function An(r){y.forEach((c,f)=>{f>0&&(c._paths=null,r&&(o==1?(c.min=null,c.max=
null):c.facets.forEach(h=>{h.min=null,h.max=null})))})}let bs=!1,io=!1,Jn=[];function Ha(){io=!1;for(let r=0;r<Jn.length;r++)Ft(...Jn[r]);Jn.length=0}function Tn(){bs||(tu(_l),bs=!0)}function Wa(r,c=!1){
bs=!0,io=c,r(n),_l(),c&&Jn.length>0&&queueMicrotask(Ha)}n.batch=Wa;function _l(){if(Ys&&(Pa(),Ys=!1),yn&&(Aa(),yn=!1),fs){if(wt(k,Fn,pt),wt(k,"top",_t),wt(k,os,Z),wt(k,ls,D),wt(S,Fn,pt),wt(S,"top",_t),
wt(S,os,Z),wt(S,ls,D),wt(b,os,Le),wt(b,ls,Je),g.width=Nt(Le*it),g.height=Nt(Je*it),L.forEach(({_el:r,_show:c,_size:f,_pos:h,side:m})=>{if(r!=null)if(c){let w=m===3||m===0?f:0,x=m%2==1;wt(r,x?"left":"t\
op",h-w),wt(r,x?"width":"height",f),wt(r,x?"top":"left",x?_t:pt),wt(r,x?"height":"width",x?D:Z),Ro(r,hn)}else ne(r,hn)}),ds=En=Js=Qs=Xs=to=eo=no=Zs=null,Jt=1,Xn(!0),pt!=xn||_t!=Ze||Z!=Se||D!=Qe){An(!1);
let r=Z/Se,c=D/Qe;if(Ht&&!Xe&&H.left>=0){H.left*=r,H.top*=c,_n&&De(_n,Nt(H.left),0,Z,D),Nn&&De(Nn,0,Nt(H.top),Z,D);for(let f=0;f<ae.length;f++){let h=ae[f];h!=null&&(Sn[f]*=r,Mn[f]*=c,De(h,he(Sn[f]),he(
Mn[f]),Z,D))}}if(mt.show&&!hs&&mt.left>=0&&mt.width>0){mt.left*=r,mt.width*=r,mt.top*=c,mt.height*=c;for(let f in ho)wt(Dn,f,mt[f])}xn=pt,Ze=_t,Se=Z,Qe=D}Ft("setSize"),fs=!1}Le>0&&Je>0&&(d.clearRect(0,
0,g.width,g.height),Ft("drawClear"),I.forEach(r=>r()),Ft("draw")),mt.show&&hs&&(ws(mt),hs=!1),Ht&&Xe&&(sn(null,!0,!1),Xe=!1),Q.show&&Q.live&&re&&(uo(),re=!1),u||(u=!0,n.status=1,Ft("ready")),Kn=!1,bs=
!1}n.redraw=(r,c)=>{yn=c||!1,r!==!1?We(z,A.min,A.max):Tn()};function ro(r,c){let f=M[r];if(f.from==null){if(Rt==0){let h=f.range(n,c.min,c.max,r);c.min=h[0],c.max=h[1]}if(c.min>c.max){let h=c.min;c.min=
c.max,c.max=h}if(Rt>1&&c.min!=null&&c.max!=null&&c.max-c.min<1e-16)return;r==z&&f.distr==2&&Rt>0&&(c.min=ye(c.min,t[0]),c.max=ye(c.max,t[0]),c.min==c.max&&c.max++),G[r]=c,Ys=!0,Tn()}}n.setScale=ro;let ao,
co,_n,Nn,Nl,zl,zn,Cn,Cl,Dl,dt,kt,He=!1,It=H.drag,Lt=It.x,$t=It.y;Ht&&(H.x&&(ao=fe(Mc,S)),H.y&&(co=fe(Ec,S)),A.ori==0?(_n=ao,Nn=co):(_n=co,Nn=ao),dt=H.left,kt=H.top);let mt=n.select=At({show:!0,over:!0,
left:0,width:0,top:0,height:0},e.select),Dn=mt.show?fe(Sc,mt.over?S:k):null;function ws(r,c){if(mt.show){for(let f in r)mt[f]=r[f],f in ho&&wt(Dn,f,r[f]);c!==!1&&Ft("setSelect")}}n.setSelect=ws;function Ba(r){
if(y[r].show)Tt&&Ro(vt[r],hn);else if(Tt&&ne(vt[r],hn),Ht){let f=vn?ae[0]:ae[r];f!=null&&De(f,-10,-10,Z,D)}}function We(r,c,f){ro(r,{min:c,max:f})}function Ee(r,c,f,h){c.focus!=null&&qa(r),c.show!=null&&
y.forEach((m,w)=>{w>0&&(r==w||r==null)&&(m.show=c.show,Ba(w),o==2?(We(m.facets[0].scale,null,null),We(m.facets[1].scale,null,null)):We(m.scale,null,null),Tn())}),f!==!1&&Ft("setSeries",r,c),h&&ts("set\
Series",n,r,c)}n.setSeries=Ee;function Ua(r,c){At(Y[r],c)}function Ga(r,c){r.fill=tt(r.fill||null),r.dir=ot(r.dir,-1),c=c??Y.length,Y.splice(c,0,r)}function ja(r){r==null?Y.length=0:Y.splice(r,1)}n.addBand=
Ga,n.setBand=Ua,n.delBand=ja;function Ya(r,c){y[r].alpha=c,Ht&&ae[r]!=null&&(ae[r].style.opacity=c),Tt&&vt[r]&&(vt[r].style.opacity=c)}let $e,Be,nn,Pn={focus:!0};function qa(r){if(r!=nn){let c=r==null,
f=Me.alpha!=1;y.forEach((h,m)=>{if(o==1||m>0){let w=c||m==0||m==r;h._focus=c?null:w,f&&Ya(m,w?1:Me.alpha)}}),nn=r,f&&Tn()}}Tt&&kn&&Wt(Si,rt,r=>{H._lock||(tn(r),nn!=null&&Ee(null,Pn,!0,Et.setSeries))});
function Ae(r,c,f){let h=M[c];f&&(r=r/it-(h.ori==1?_t:pt));let m=Z;h.ori==1&&(m=D,r=m-r),h.dir==-1&&(r=m-r);let w=h._min,x=h._max,v=r/m,E=w+(x-w)*v,N=h.distr;return N==3?In(10,E):N==4?Wc(E,h.asinh):N==
100?h.bwd(E):E}function Ka(r,c){let f=Ae(r,z,c);return ye(f,t[0],Dt,Pt)}n.valToIdx=r=>ye(r,t[0]),n.posToIdx=Ka,n.posToVal=Ae,n.valToPos=(r,c,f)=>M[c].ori==0?l(r,M[c],f?Kt:Z,f?Qt:0):i(r,M[c],f?de:D,f?ie:
0),n.setCursor=(r,c,f)=>{dt=r.left,kt=r.top,sn(null,c,f)};function Pl(r,c){wt(Dn,Fn,mt.left=r),wt(Dn,os,mt.width=c)}function Ll(r,c){wt(Dn,"top",mt.top=r),wt(Dn,ls,mt.height=c)}let Zn=A.ori==0?Pl:Ll,Qn=A.
ori==1?Pl:Ll;function Ja(){if(Tt&&Q.live)for(let r=o==2?1:0;r<y.length;r++){if(r==0&&le)continue;let c=Q.values[r],f=0;for(let h in c)ve[r][f++].firstChild.nodeValue=c[h]}}function uo(r,c){if(r!=null&&
(r.idxs?r.idxs.forEach((f,h)=>{ct[h]=f}):jc(r.idx)||ct.fill(r.idx),Q.idx=ct[0]),Tt&&Q.live){for(let f=0;f<y.length;f++)(f>0||o==1&&!le)&&Za(f,ct[f]);Ja()}re=!1,c!==!1&&Ft("setLegend")}n.setLegend=uo;function Za(r,c){
let f=y[r],h=r==0&&J==2?me:t[r],m;le?m=f.values(n,r,c)??Ie:(m=f.value(n,c==null?null:h[c],r,c),m=m==null?Ie:{_:m}),Q.values[r]=m}function sn(r,c,f){Cl=dt,Dl=kt,[dt,kt]=H.move(n,dt,kt),H.left=dt,H.top=
kt,Ht&&(_n&&De(_n,Nt(dt),0,Z,D),Nn&&De(Nn,0,Nt(kt),Z,D));let h,m=Dt>Pt;$e=ft,Be=null;let w=A.ori==0?Z:D,x=A.ori==1?Z:D;if(dt<0||Rt==0||m){h=H.idx=null;for(let v=0;v<y.length;v++){let E=ae[v];E!=null&&
De(E,-10,-10,Z,D)}kn&&Ee(null,Pn,!0,r==null&&Et.setSeries),Q.live&&(ct.fill(h),re=!0)}else{let v,E,N;o==1&&(v=A.ori==0?dt:kt,E=Ae(v,z),h=H.idx=ye(E,t[0],Dt,Pt),N=V(t[0][h],A,w,0));let C=-10,P=-10,K=0,
lt=0,st=!0,X="",j="";for(let W=o==2?1:0;W<y.length;W++){let gt=y[W],St=ct[W],Ot=St==null?null:o==1?t[W][St]:t[W][1][St],ut=H.dataIdx(n,W,h,E),Mt=ut==null?null:o==1?t[W][ut]:t[W][1][ut];if(re=re||Mt!=Ot||
ut!=St,ct[W]=ut,W>0&&gt.show){let Xt=ut==null?-10:ut==h?N:V(o==1?t[0][ut]:t[W][0][ut],A,w,0),Bt=Mt==null?-10:q(Mt,o==1?M[gt.scale]:M[gt.facets[1].scale],x,0);if(kn&&Mt!=null){let ce=A.ori==1?dt:kt,ge=zt(
Me.dist(n,W,ut,Bt,ce));if(ge<$e){let Te=Me.bias;if(Te!=0){let te=Ae(ce,gt.scale),ue=Mt>=0?1:-1,be=te>=0?1:-1;be==ue&&(be==1?Te==1?Mt>=te:Mt<=te:Te==1?Mt<=te:Mt>=te)&&($e=ge,Be=W)}else $e=ge,Be=W}}if(re||
vn){let ce,ge;A.ori==0?(ce=Xt,ge=Bt):(ce=Bt,ge=Xt);let Te,te,ue,be,_e,Ut,ee=!0,on=Vt.bbox;if(on!=null){ee=!1;let Gt=on(n,W);ue=Gt.left,be=Gt.top,Te=Gt.width,te=Gt.height}else ue=ce,be=ge,Te=te=Vt.size(
n,W);if(Ut=Vt.fill(n,W),_e=Vt.stroke(n,W),vn)W==Be&&$e<=Me.prox&&(C=ue,P=be,K=Te,lt=te,st=ee,X=Ut,j=_e);else{let Gt=ae[W];Gt!=null&&(Sn[W]=ue,Mn[W]=be,zi(Gt,Te,te,ee),_i(Gt,Ut,_e),De(Gt,he(ue),he(be),
Z,D))}}}}if(vn){let W=Me.prox,gt=nn==null?$e<=W:$e>W||Be!=nn;if(re||gt){let St=ae[0];St!=null&&(Sn[0]=C,Mn[0]=P,zi(St,K,lt,st),_i(St,X,j),De(St,he(C),he(P),Z,D))}}}if(mt.show&&He)if(r!=null){let[v,E]=Et.
scales,[N,C]=Et.match,[P,K]=r.cursor.sync.scales,lt=r.cursor.drag;if(Lt=lt._x,$t=lt._y,Lt||$t){let{left:st,top:X,width:j,height:W}=r.select,gt=r.scales[P].ori,St=r.posToVal,Ot,ut,Mt,Xt,Bt,ce=v!=null&&
N(v,P),ge=E!=null&&C(E,K);ce&&Lt?(gt==0?(Ot=st,ut=j):(Ot=X,ut=W),Mt=M[v],Xt=V(St(Ot,P),Mt,w,0),Bt=V(St(Ot+ut,P),Mt,w,0),Zn(ke(Xt,Bt),zt(Bt-Xt))):Zn(0,w),ge&&$t?(gt==1?(Ot=st,ut=j):(Ot=X,ut=W),Mt=M[E],
Xt=q(St(Ot,K),Mt,x,0),Bt=q(St(Ot+ut,K),Mt,x,0),Qn(ke(Xt,Bt),zt(Bt-Xt))):Qn(0,x)}else po()}else{let v=zt(Cl-Nl),E=zt(Dl-zl);if(A.ori==1){let K=v;v=E,E=K}Lt=It.x&&v>=It.dist,$t=It.y&&E>=It.dist;let N=It.
uni;N!=null?Lt&&$t&&(Lt=v>=N,$t=E>=N,!Lt&&!$t&&(E>v?$t=!0:Lt=!0)):It.x&&It.y&&(Lt||$t)&&(Lt=$t=!0);let C,P;Lt&&(A.ori==0?(C=zn,P=dt):(C=Cn,P=kt),Zn(ke(C,P),zt(P-C)),$t||Qn(0,x)),$t&&(A.ori==1?(C=zn,P=
dt):(C=Cn,P=kt),Qn(ke(C,P),zt(P-C)),Lt||Zn(0,w)),!Lt&&!$t&&(Zn(0,0),Qn(0,0))}if(It._x=Lt,It._y=$t,r==null){if(f){if(Gl!=null){let[v,E]=Et.scales;Et.values[0]=v!=null?Ae(A.ori==0?dt:kt,v):null,Et.values[1]=
E!=null?Ae(A.ori==1?dt:kt,E):null}ts(zo,n,dt,kt,Z,D,h)}if(kn){let v=f&&Et.setSeries,E=Me.prox;nn==null?$e<=E&&Ee(Be,Pn,!0,v):$e>E?Ee(null,Pn,!0,v):Be!=nn&&Ee(Be,Pn,!0,v)}}re&&(Q.idx=h,uo()),c!==!1&&Ft(
"setCursor")}let Ue=null;Object.defineProperty(n,"rect",{get(){return Ue==null&&Xn(!1),Ue}});function Xn(r=!1){r?Ue=null:(Ue=S.getBoundingClientRect(),Ft("syncRect",Ue))}function $l(r,c,f,h,m,w,x){H._lock||
He&&r!=null&&r.movementX==0&&r.movementY==0||(fo(r,c,f,h,m,w,x,!1,r!=null),r!=null?sn(null,!0,!0):sn(c,!0,!1))}function fo(r,c,f,h,m,w,x,v,E){if(Ue==null&&Xn(!1),tn(r),r!=null)f=r.clientX-Ue.left,h=r.
clientY-Ue.top;else{if(f<0||h<0){dt=-10,kt=-10;return}let[N,C]=Et.scales,P=c.cursor.sync,[K,lt]=P.values,[st,X]=P.scales,[j,W]=Et.match,gt=c.axes[0].side%2==1,St=A.ori==0?Z:D,Ot=A.ori==1?Z:D,ut=gt?w:m,
Mt=gt?m:w,Xt=gt?h:f,Bt=gt?f:h;if(st!=null?f=j(N,st)?a(K,M[N],St,0):-10:f=St*(Xt/ut),X!=null?h=W(C,X)?a(lt,M[C],Ot,0):-10:h=Ot*(Bt/Mt),A.ori==1){let ce=f;f=h,h=ce}}E&&(c==null||c.cursor.event.type==zo)&&
((f<=1||f>=Z-1)&&(f=un(f,Z)),(h<=1||h>=D-1)&&(h=un(h,D))),v?(Nl=f,zl=h,[zn,Cn]=H.move(n,f,h)):(dt=f,kt=h)}let ho={width:0,height:0,left:0,top:0};function po(){ws(ho,!1)}let Fl,Ol,Rl,Il;function Vl(r,c,f,h,m,w,x){
He=!0,Lt=$t=It._x=It._y=!1,fo(r,c,f,h,m,w,x,!0,!1),r!=null&&(Wt(Co,Fo,Hl,!1),ts(ki,n,zn,Cn,Z,D,null));let{left:v,top:E,width:N,height:C}=mt;Fl=v,Ol=E,Rl=N,Il=C}function Hl(r,c,f,h,m,w,x){He=It._x=It._y=
!1,fo(r,c,f,h,m,w,x,!1,!0);let{left:v,top:E,width:N,height:C}=mt,P=N>0||C>0,K=Fl!=v||Ol!=E||Rl!=N||Il!=C;if(P&&K&&ws(mt),It.setScale&&P&&K){let lt=v,st=N,X=E,j=C;if(A.ori==1&&(lt=E,st=C,X=v,j=N),Lt&&We(
z,Ae(lt,z),Ae(lt+st,z)),$t)for(let W in M){let gt=M[W];W!=z&&gt.from==null&&gt.min!=ft&&We(W,Ae(X+j,W),Ae(X,W))}po()}else H.lock&&(H._lock=!H._lock,sn(c,!0,r!=null));r!=null&&(wn(Co,Fo),ts(Co,n,dt,kt,
Z,D,null))}function Qa(r,c,f,h,m,w,x){if(H._lock)return;tn(r);let v=He;if(He){let E=!0,N=!0,C=10,P,K;A.ori==0?(P=Lt,K=$t):(P=$t,K=Lt),P&&K&&(E=dt<=C||dt>=Z-C,N=kt<=C||kt>=D-C),P&&E&&(dt=dt<zn?0:Z),K&&
N&&(kt=kt<Cn?0:D),sn(null,!0,!0),He=!1}dt=-10,kt=-10,ct.fill(null),sn(null,!0,!0),v&&(He=v)}function Wl(r,c,f,h,m,w,x){H._lock||(tn(r),Ks(),po(),r!=null&&ts(Mi,n,dt,kt,Z,D,null))}function Bl(){L.forEach(
cf),qs(n.width,n.height,!0)}pn(Ns,Rn,Bl);let Ln={};Ln.mousedown=Vl,Ln.mousemove=$l,Ln.mouseup=Hl,Ln.dblclick=Wl,Ln.setSeries=(r,c,f,h)=>{let m=Et.match[2];f=m(n,c,f),f!=-1&&Ee(f,h,!0,!1)},Ht&&(Wt(ki,S,
Vl),Wt(zo,S,$l),Wt(vi,S,r=>{tn(r),Xn(!1)}),Wt(Si,S,Qa),Wt(Mi,S,Wl),Uo.add(n),n.syncRect=Xn);let xs=n.hooks=e.hooks||{};function Ft(r,c,f){io?Jn.push([r,c,f]):r in xs&&xs[r].forEach(h=>{h.call(null,n,c,
f)})}(e.plugins||[]).forEach(r=>{for(let c in r.hooks)xs[c]=(xs[c]||[]).concat(r.hooks[c])});let Ul=(r,c,f)=>f,Et=At({key:null,setSeries:!1,filters:{pub:$i,sub:$i},scales:[z,y[1]?y[1].scale:null],match:[
Fi,Fi,Ul],values:[null,null]},H.sync);Et.match.length==2&&Et.match.push(Ul),H.sync=Et;let Gl=Et.key,mo=Dr(Gl);function ts(r,c,f,h,m,w,x){Et.filters.pub(r,c,f,h,m,w,x)&&mo.pub(r,c,f,h,m,w,x)}mo.sub(n);
function Xa(r,c,f,h,m,w,x){Et.filters.sub(r,c,f,h,m,w,x)&&Ln[r](null,c,f,h,m,w,x)}n.pub=Xa;function tc(){mo.unsub(n),Uo.delete(n),Ke.clear(),Io(Ns,Rn,Bl),p.remove(),rt?.remove(),Ft("destroy")}n.destroy=
tc;function go(){Ft("init",e,t),kl(t||e.data,!1),G[z]?ro(z,G[z]):Ks(),hs=mt.show&&(mt.width>0||mt.height>0),Xe=re=!0,qs(e.width,e.height)}return y.forEach(xl),L.forEach(Da),s?s instanceof HTMLElement?
(s.appendChild(p),go()):s(n,go):go(),n}Ct.assign=At;Ct.fmtNum=Zo;Ct.rangeNum=zs;Ct.rangeLog=Ps;Ct.rangeAsinh=Ko;Ct.orient=mn;Ct.pxRatio=it;Ct.join=Xc;Ct.fmtDate=Xo,Ct.tzDate=uu;Ct.sync=Dr;{Ct.addGap=ju,
Ct.clipGaps=Fs;let e=Ct.paths={points:Rr};e.linear=Vr,e.stepped=Ku,e.bars=Ju,e.spline=Qu}var uf=["Jan","Feb","Mar","Apr","May","Jun","Jul","Aug","Sep","Oct","Nov","Dec"],ff=[1,3,6,12,24,60,120],Ur=new WeakMap;function Gr(e){let t=Ur.get(e);return t||(t={months:new Int32Array(e.length),dates:new Uint8Array(
e.length)},e.forEach((s,n)=>{let o=new Date(s*864e5);t.months[n]=o.getUTCFullYear()*12+o.getUTCMonth(),t.dates[n]=o.getUTCDate()}),Ur.set(e,t)),t}function jr(e,t,s,n){let{months:o}=Gr(e),[l,i]=[Math.max(
t,1),Math.min(s,e.length-1)],a=g=>{let d=[];for(let b=l;b<=i&&d.length<=n;b++)g(b)&&d.push(b);return d},u=g=>Math.floor((e[g]+3)/7);if(i-t<=n)return a(()=>!0);let p=a(g=>u(g)!==u(g-1));if(p.length<=n)
return p;for(let g of ff){let d=a(b=>Math.floor(o[b]/g)!==Math.floor(o[b-1]/g));if(d.length<=n)return d}return[]}function Yr(e,t){let s=Gr(e),n=t.map(l=>s.months[l]),o=n.some((l,i)=>i>0&&l===n[i-1]);return t.
map((l,i)=>{let a=n[i];if(i?Math.floor(n[i-1]/12)!==Math.floor(a/12):a%12===0&&!o)return String(Math.floor(a/12));let p=uf[a%12];return o?`${s.dates[l]} ${p}`:p})}var Kr="11px system-ui, -apple-system, 'Segoe UI', sans-serif",il=46,hf=24,pf={bars:Ct.paths.bars({size:[.8,40],align:0}),area:Ct.paths.linear()};function Jr(e,t,s,n){let o=t,[l,i]=[!0,null],[a,u]=[n.
zoom(),n.days()],p={...s,padding:[6,8,0,0],legend:{show:!1},cursor:mf(n),scales:{x:{time:!1,range:()=>[n.zoom()[0]-.5,Math.max(n.zoom()[1],n.zoom()[0])+.5]},y:{range:(d,b,k)=>vf(b,k,o.limits)}},axes:[
xf(t.labelled,n),yf(t.compact,n)],series:[{},...t.lines.map(d=>gf(d,n))],bands:wf(t.lines),hooks:{drawClear:[d=>Sf(d,t,n),d=>Mf(d,o,n)],draw:[d=>Af(d,o,n)],setSelect:[d=>n.selected(d)],setCursor:[d=>n.
pointed(d)]}},g=new Ct(p,qr(t,n),e);return g.over.setAttribute("aria-hidden","true"),{plot:g,update(d){i=d,l&&this.flush()},see(d){l=d,l&&this.flush()},flush(){let d=i;if(i=null,d===null)return;let b=df(
o,d)&&n.zoom().every((k,S)=>k===a[S])&&u===n.days();o=d,!b&&([a,u]=[n.zoom(),n.days()],g.batch(()=>{d.lines.forEach(({hidden:k},S)=>{g.series[S+1].show===!!k&&g.setSeries(S+1,{show:!k})}),g.setData(qr(
d,n),!0)}))}}}function df(e,t){return e.extreme===t.extreme&&e.title===t.title&&String(e.marks)===String(t.marks)&&Object.keys(e.hiddenShade).every(s=>e.hiddenShade[s]===t.hiddenShade[s])&&e.lines.every(
(s,n)=>s.values===t.lines[n].values&&s.hidden===t.lines[n].hidden)}var qr=(e,t)=>[t.places(),...e.lines.map(({values:s})=>s)];function mf(e){return{y:!1,sync:{key:e.syncKey,scales:["x",null]},drag:{x:!0,
y:!1,setScale:!1,dist:4},points:{size:6},bind:{dblclick:()=>()=>(e.zoomOut(),null)}}}function gf(e,t){let s=e.paths?{fill:e.stroke,width:e.paths==="bars"?0:.5}:{};return{label:e.label,stroke:e.stroke,
width:e.width,dash:e.dash,spanGaps:!1,show:!e.hidden,points:{show:()=>bf(t)&&!e.paths&&!e.band&&!e.bandEnd,size:7,fill:e.stroke},...s,...e.paths?{paths:pf[e.paths]}:{}}}var bf=e=>e.places().length<3;function wf(e){
let t=e.findIndex(({band:s})=>s);return t<0?[]:[{series:[t+1,t+2],fill:e[t].stroke}]}function xf(e,t){return{stroke:t.palette.muted,font:Kr,size:e?hf:4,gap:3,grid:{stroke:t.palette.grid,width:1},ticks:{
show:!1},splits:s=>jr(t.days(),...t.zoom(),Math.max(2,Math.floor((s.width-il)/56))),values:(s,n)=>e?Yr(t.days(),n):n.map(()=>"")}}function yf(e,t){return{stroke:t.palette.muted,font:Kr,size:il,gap:4,space:28,
grid:{stroke:t.palette.grid,width:1},ticks:{show:!1},values:(s,n,o,l,i)=>n.map(a=>e?ks(a):we(a,kf(i)))}}function kf(e){for(let t=0;t<6;t++){let s=e*10**t;if(Math.abs(s-Math.round(s))<1e-6)return t}return 6}
function vf(e,t,s){if(e===null||t===null||e===void 0||t===void 0)return s?.[1]?s:[0,1];let n=(t-e||Math.abs(t)||1)*.05;return[s?.[0]??e-n,s?.[1]??t+n]}function Sf(e,{lines:t},s){let[n,o]=s.zoom(),l=o-
n>e.over.clientWidth;t.forEach(({width:i,paths:a},u)=>{a||(e.series[u+1].width=l?Math.min(i,1):i)})}function Mf(e,t,s){let{ctx:n}=e,{left:o,top:l,width:i,height:a}=e.bbox;n.save(),n.beginPath(),n.rect(
o,l,i,a),n.clip();let{extreme:u=[],hiddenShade:p={}}=t,[g,d]=s.zoom(),b=e.width-il<2*(d-g),k=6*devicePixelRatio,[S,_,$]=b?[l+a-k,k,"FF"]:[l,a,s.palette.shade];for(let O=g;O<=d;){let y=u[O],L=O+1;for(;L<=
d&&(u[L]===y||u[L]===void 0);)L++;let M=y===null?"unknown":y>0?"fear":"greed";if((y||y===null)&&!p[M]){let Y=e.valToPos(O-.5,"x",!0),z=Math.max(e.valToPos(L-.5,"x",!0)-Y,1);y===null?Ef(n,s.palette,Y,z,
z<2*k?[S,_]:[l,a]):(n.fillStyle=s.palette[M]+$,n.fillRect(Y,S,z,_))}O=L}n.restore()}function Ef(e,t,s,n,[o,l]){let i=8*devicePixelRatio;e.save(),e.beginPath(),e.rect(s,o,n,l),e.clip(),e.strokeStyle=t.
muted,e.globalAlpha=.45,e.lineWidth=devicePixelRatio,e.beginPath();for(let a=Math.floor((s-l)/i)*i;a<s+n;a+=i)e.moveTo(a,o+l),e.lineTo(a+l,o);e.stroke(),e.restore()}function Af(e,t,s){let{ctx:n}=e,{left:o,
top:l,width:i,height:a}=e.bbox;n.save(),n.beginPath(),n.rect(o,l,i,a),n.clip(),n.strokeStyle=s.palette.muted,n.lineWidth=devicePixelRatio,n.setLineDash([3*devicePixelRatio,3*devicePixelRatio]);for(let u of t.
marks??[]){let p=Math.round(e.valToPos(u,"y",!0));n.beginPath(),n.moveTo(o,p),n.lineTo(o+i,p),n.stroke()}t.marked&&Tf(e,t,s),n.restore()}function Tf(e,t,s){let[n,o]=s.zoom(),[{values:l,hidden:i}]=t.lines;
for(let a=n;a<=o&&!i;a++){let u=t.extreme[a];!u||l[a]==null||(e.ctx.fillStyle=s.palette[u>0?"fear":"greed"],e.ctx.beginPath(),e.ctx.arc(e.valToPos(a,"x",!0),e.valToPos(l[a],"y",!0),2.5*devicePixelRatio,
0,7),e.ctx.fill())}}var _f=900,Nf=16,Zr=["fear","greed","unknown"],zf=0,Cf="Left and right arrows move the crosshair, with Shift they move the zoom. Plus and minus zoom, 0 zooms out, 1 to 6 choose a range.",Vs=class{constructor(t,{
zoomed:s,toggled:n,announce:o}){Object.assign(this,{zoomed:s,toggled:n,announce:o,syncKey:`optstat-${zf++}`,blocks:[],structure:null}),this.scene={days:new Int32Array,parts:[],zoom:[0,0]},this.at=null,
this.root=T("div",{class:"optstat-chart",role:"application",tabIndex:0,"data-lm-suppress-shortcuts":"true","aria-label":"Chart","aria-description":Cf,onkeydown:l=>this.pressed(l),onpointerleave:()=>this.
point(null)}),this.picture=T("div",{role:"img",class:"optstat-unseen"}),this.grid=T("div",{class:"optstat-blocks"}),this.root.append(this.picture,this.grid),t.append(this.root),this.hosts=new Map,this.
sight=new IntersectionObserver(l=>l.forEach(({target:i,isIntersecting:a})=>this.hosts.get(i)?.see(a)),{rootMargin:"150px",scrollMargin:"150px"}),this.sizes=new ResizeObserver(()=>this.resize()),this.sizes.
observe(this.root)}destroy(){this.sizes.disconnect(),this.clear()}days=()=>this.scene.days;zoom=()=>this.scene.zoom;places=()=>this.axis;show(t,s,n,o,l){Object.assign(this,{scene:t,view:s,vocabulary:n,
palette:o}),this.axis?.length!==t.days.length&&(this.axis=Uint32Array.from(t.days.keys())),this.picture.setAttribute("aria-label",l),this.at!==null&&!(this.at>=t.zoom[0]&&this.at<=t.zoom[1])&&(this.at=
null);let i=this.describe(),a=JSON.stringify([this.columns(i.length),o.background,i.map(({title:u,panels:p})=>[u,p.map(({id:g,lines:d})=>[g,d.map(b=>[b.id,b.paths])])])]);a!==this.structure?this.build(
i,a):i.forEach(({part:u,panels:p},g)=>{this.blocks[g].part=u,this.blocks[g].panels.forEach((d,b)=>d.update(p[b]))}),this.showValues()}describe(){let{scene:t,view:s,vocabulary:n,palette:o}=this,l=s.arrangement===
"compare"?[{title:"All series",part:null,panels:[gi(t,s,n,o)]}]:t.parts.map(a=>({title:a.series.title,part:a,panels:mi(a,t,s,n,o)})),i=new Set(s.hidden);for(let{panels:a}of l){a.at(-1).labelled=!0;for(let u of a){
u.hiddenShade=Object.fromEntries(Zr.map(g=>[g,i.has(g)]));let p=i.has(`${u.id}.upper`);for(let g of u.lines)g.hidden=g.band||g.bandEnd?p:i.has(`${u.id}.${g.id}`)}}return l}columns(t){let s=this.root.clientWidth;
return this.view.arrangement!=="side by side"||s<_f?1:Math.max(1,Math.min(t,Math.floor(s/440),4))}flush(){for(let t of this.hosts.values())t.flush()}clear(){this.sight.disconnect(),this.hosts.clear();
for(let{panels:t}of this.blocks)for(let{plot:s}of t)s.destroy();this.blocks=[],this.grid.replaceChildren()}build(t,s){this.clear(),this.structure=s;let n=this.columns(t.length);this.grid.style.gridTemplateColumns=
`repeat(${n}, minmax(0, 1fr))`,this.blocks=t.map(({title:o,part:l,panels:i})=>{let a=T("section",{class:"optstat-block","aria-label":o}),u=T("span",{class:"optstat-day"}),p=l?this.shadeSwitches():[];a.
append(T("div",{class:"optstat-block-head"},T("span",{class:"optstat-title"},o),u,...p)),this.grid.append(a);let g=i.map(d=>{let b=this.legend(d),k=T("div",{class:"optstat-plot","data-panel":d.id});a.
append(b.root,k);let S=Jr(k,d,this.size(d,n),this);return this.followTouch(S.plot),this.hosts.set(k,S),this.sight.observe(k),{...S,panel:d,legend:b,update:_=>(S.update(_),b.update(_))}});return{root:a,
day:u,part:l,panels:g}})}size(t,s){let n=Math.max(160,Math.floor((this.root.clientWidth-Nf*(s-1))/s)),o=Math.min(Math.max((globalThis.innerHeight||800)*.6,400),640);return{width:n,height:Math.round(o*
t.height)+(t.labelled?20:0)}}resize(){if(!this.view||!this.blocks.length)return;let t=this.columns(this.blocks.length);if(JSON.parse(this.structure)[0]!==t){this.show(this.scene,this.view,this.vocabulary,
this.palette,this.picture.getAttribute("aria-label"));return}for(let{panels:s}of this.blocks)for(let{plot:n,panel:o}of s){let l=this.size(o,t);(n.width!==l.width||n.height!==l.height)&&n.setSize(l)}}entry(t,s,n){
let o=T("b"),l=T("span"),i=T("button",{type:"button","aria-pressed":"true",onclick:()=>this.toggled(t)},T("i",{class:`optstat-swatch optstat-${n}`,style:`--swatch:${s}`,"aria-hidden":"true"}),l," ",o);
return{id:t,button:i,text:l,value:o}}shadeSwitches(){return Zr.map(t=>{let{button:s,text:n}=this.entry(t,this.palette[t]??this.palette.muted,t==="unknown"?"hatched":"area");return n.textContent=t,s.dataset.
shade=t,s})}legend(t){let s=T("div",{class:"optstat-legend",role:"group","aria-label":t.title}),n=T("span",{class:"optstat-panel-title"},t.title),o=t.lines.filter(({bandEnd:i})=>!i).map(i=>this.entry(
`${t.id}.${i.id}`,i.stroke,i.paths||i.band?"area":i.dash?"dashed":"line"));n.hidden=o.length===1&&t.id!=="compare",s.append(n,...o.map(({button:i})=>i));let l={root:s,entries:o,update:i=>{Ne(n,i.title);
let a=i.lines.filter(({bandEnd:u})=>!u);o.forEach(({button:u,text:p},g)=>{Ne(p,a[g].label),u.setAttribute("aria-pressed",String(!a[g].hidden))}),l.panel=i}};return l.update(t),l}showValues(){let t=new Set(
this.view.hidden);for(let s of this.grid.querySelectorAll("[data-shade]"))s.setAttribute("aria-pressed",String(!t.has(s.dataset.shade)));for(let s of this.blocks){this.showIfUnknown(s);let n=this.at??
this.lastPlace(s),o=this.scene.days[n];Ne(s.day,o===void 0?"no session":bt(o));for(let{legend:l}of s.panels){let{lines:i}=l.panel,a=i.filter(({bandEnd:u})=>!u);l.entries.forEach(({value:u},p)=>Ne(u,Pf(
a[p],i,n)))}}}showIfUnknown({root:t,part:s}){let n=t.querySelector('[data-shade="unknown"]');if(!n)return;let[o,l]=ze(s,this.scene);n.hidden=!s.result.extreme.subarray(o,l).some(Number.isNaN)}lastPlace({
panels:t}){let[s,n]=this.scene.zoom,{lines:o}=t[0].legend.panel;for(let l=n;l>s;l--)if(o.some(({values:i})=>i[l]!==void 0))return l;return n}pointed(t){if(t!==this.blocks[0]?.panels[0]?.plot)return;let s=t.
cursor.idx??null;s!==this.at&&(this.at=s,this.showValues())}point(t){this.at=t;for(let{panels:s}of this.blocks)for(let{plot:n}of s){let o=t===null?-10:n.valToPos(t,"x");n.setCursor({left:o,top:t===null?
-10:0},!1)}this.showValues()}selected(t){let{left:s,width:n}=t.select;if(n<=0||(t.setSelect({left:0,top:0,width:0,height:0},!1),!t.root.matches(":hover")))return;let o=[s,s+n].map(l=>Math.round(t.posToVal(
l,"x")));this.zoomTo(...o)}zoomTo(t,s){let n=this.scene.days.length-1,[o,l]=[Math.max(0,Math.min(t,n)),Math.min(n,Math.max(s,0))];n<1||l<=o||this.zoomed(o===0&&l===n?null:[bt(this.scene.days[o]),bt(this.
scene.days[l])])}zoomOut(){this.zoomed(null)}pressed(t){if(t.ctrlKey||t.metaKey||t.altKey||t.target!==this.root)return;let s=Df[t.key];s&&(t.preventDefault(),t.stopPropagation(),s(this,t.shiftKey))}step(t,s){
let[n,o]=this.scene.zoom;if(s){let i=o-n,a=Math.max(1,Math.round(i/10))*t,u=Math.max(0,Math.min(n+a,this.scene.days.length-1-i));this.zoomTo(u,u+i);return}let l=this.at===null?t<0?o:n:Math.max(n,Math.
min(o,this.at+t));this.point(l),this.announce(this.spoken(l))}scale(t){let[s,n]=this.scene.zoom,o=this.at??(s+n)/2,l=Math.round(o-(o-s)*t),i=Math.round(o+(n-o)*t);(i-l>=1||t>1)&&this.zoomTo(Math.min(l,
s+(t>1?-1:0)||l),i)}spoken(t){let s=bt(this.scene.days[t]??0),n=this.blocks.map(({root:o,panels:l})=>{let i=l.flatMap(({legend:a})=>a.entries.map(({text:u,value:p})=>`${u.textContent} ${p.textContent}`));
return`${o.getAttribute("aria-label")}: ${i.join(", ")}`});return`${s}. ${n.join(". ")}`}followTouch(t){t.over.style.touchAction="pan-y";let s=n=>{if(n.pointerType==="mouse")return;let o=n.clientX-t.over.
getBoundingClientRect().left,l=Math.round(t.posToVal(o,"x"));this.point(Math.max(this.scene.zoom[0],Math.min(this.scene.zoom[1],l)))};t.over.addEventListener("pointerdown",s),t.over.addEventListener("\
pointermove",s)}},Df={ArrowLeft:(e,t)=>e.step(-1,t),ArrowRight:(e,t)=>e.step(1,t),Home:e=>e.point(e.scene.zoom[0]),End:e=>e.point(e.scene.zoom[1]),"+":e=>e.scale(.5),"=":e=>e.scale(.5),"-":e=>e.scale(
2),_:e=>e.scale(2),0:e=>e.zoomOut(),Escape:e=>e.at===null?e.zoomOut():e.point(null)};function Pf(e,t,s){if(e.band){let n=t.find(({bandEnd:o})=>o);return e.values[s]==null?"–":`${rl(n,s)}–${rl(e,s)}`}
return rl(e,s)}function rl(e,t){let s=(e.shown??e.values)[t];return s==null?"–":e.count?Math.abs(s)>=1e6?ks(s):ln(s):we(s,e.digits)}var al=e=>Number.isInteger(e)?`${e}.0`:String(e),Qr=e=>e===null?"None":`'${e}'`,Xr=e=>e===null?"":`"${e}"`;function ta(e,t,s,n,o,l){let{window:i,lookback:a,lower:u,upper:p,k:g,metric:d}=e,b=[...t.code.
head];for(let{comment:M}of s)M&&b.push(M);s.length<t.code.series&&b.push(`df = df.loc[:, df.columns.droplevel(-1).isin([${s.map(({literal:M})=>M).join(", ")}])]`);let[k,S]=n,_=k===null&&S===null?"":`.\
loc[${Xr(k)}:${Xr(S)}]`,$=`lookback=${a}, lower=${al(u)}, upper=${al(p)}`,O=i===a?`(${i},)`:`(${i}, ${a})`,y=`start=${Qr(k)}, end=${Qr(S)}, theme='${o}'`,L=l[d].expression.replaceAll("{window}",i).replaceAll(
"{lookback}",a);return b.push(`metrics = df.optstat.metrics(windows=${O}, ${$})${_}`,`${d} = df.optstat.${L}${_}`,`df.optstat.plot("overview", windows=${O}, ${$}, ${y})`,`df.optstat.plot("bands", wind\
ow=${i}, k=${al(g)}, ${y})`),s.some(({ownPrice:M})=>M)&&b.push(`df.optstat.plot("price", ${$}, ${y})`),b.join(`
`)+`
`}var Lf=0,Hs=class{constructor(t,s,n){Object.assign(this,{vocabulary:s,act:n,id:`optstat-drawer-${Lf++}`}),this.toolbar=T("div",{class:"optstat-toolbar",role:"toolbar","aria-label":"Explorer"}),this.drawer=
T("div",{class:"optstat-drawer",id:this.id,hidden:!0}),t.append(this.toolbar,this.drawer),this.buildToolbar(),this.buildDrawer()}buildToolbar(){let{vocabulary:t,act:s}=this;this.presets=t.presets.map(
n=>T("button",{type:"button","aria-pressed":"false",onclick:()=>s.choose({preset:n,start:null,end:null,zoom:null})},n)),this.start=this.dateBox("From","start"),this.end=this.dateBox("To","end"),this.window=
this.slider("Window","window",t.windows,"sessions of the rolling mean and the band"),this.lookback=this.slider("Lookback","lookback",t.lookbacks,"sessions that a day is compared with"),this.metric=this.
list("Metric","metric",Object.entries(t.metrics).map(([n,{title:o}])=>[n,o])),this.more=T("button",{type:"button","aria-expanded":"false","aria-controls":this.id,onclick:()=>{this.drawer.hidden=!this.
drawer.hidden,this.more.setAttribute("aria-expanded",String(!this.drawer.hidden))}},"More"),this.toolbar.append(T("div",{class:"optstat-group",role:"group","aria-label":"Range"},...this.presets),this.
start.root,this.end.root,this.window.root,this.lookback.root,this.metric.root,this.more)}buildDrawer(){let{vocabulary:t,act:s}=this;this.series=T("div",{class:"optstat-row"}),this.loadedMarkets=new Set,
this.codes=this.codeEntry(t.codes??[]),this.arrangement=this.list("Arrange","arrangement",t.arrangements.map(o=>[o,o])),this.theme=this.list("Theme","theme",t.themes.map(o=>[o,o])),this.limits=[["Lowe\
r","lower",0,1,.01],["Upper","upper",0,1,.01],["Band","k",0,10,.1]].map(o=>this.number(...o)),this.source=T("input",{type:"text",list:`${this.id}-sources`,size:28,spellcheck:!1,autocomplete:"off"}),this.
source.addEventListener("keydown",o=>o.key==="Enter"&&this.sourceChosen()),this.source.addEventListener("change",()=>this.sourceChosen());let n=T("datalist",{id:`${this.id}-sources`},T("option",{value:"\
simulator:"}));this.refresh=T("button",{type:"button",title:"request what is provisional or new",onclick:()=>s.send("refresh")},"Refresh"),this.loading=T("div",{class:"optstat-row"},qe("Source",this.source),
n,this.refresh),this.format=T("select",{},...t.formats.map(o=>T("option",{value:o},o))),this.name=T("input",{type:"text",placeholder:"file name",size:18,spellcheck:!1}),this.table=T("button",{type:"bu\
tton","aria-expanded":"false",onclick:()=>{let o=this.table.getAttribute("aria-expanded")!=="true";this.table.setAttribute("aria-expanded",String(o)),s.table(o)}},"Table"),this.code=T("textarea",{rows:8,
readOnly:!0,spellcheck:!1}),this.codeBox=qe("Code",this.code),this.codeBox.hidden=!0,this.codeBox.classList.add("optstat-code"),this.drawer.append(this.series,T("div",{class:"optstat-row"},this.arrangement.
root,this.theme.root,...this.limits.map(({root:o})=>o)),this.loading,T("div",{class:"optstat-row"},T("button",{type:"button",title:"copy code that reproduces this view",onclick:()=>s.copy()},"Copy as \
code"),qe("Save as",this.format),qe("File",this.name),T("button",{type:"button",onclick:()=>s.save(this.format.value,this.name.value.trim())},"Save"),this.table),this.codeBox)}dateBox(t,s){let n=T("in\
put",{type:"date",min:"1973-01-01",max:"2199-12-31"}),o=!1,l=()=>{if(o=!1,n.value===n.dataset.shown)return;if(n.validity.badInput)return void(n.value=n.dataset.shown);let i=s==="start"?{end:this.end.value()||
null}:{start:this.start.value()||null};if(!n.value&&!i.start&&!i.end)return void(n.value=n.dataset.shown);this.act.choose({preset:null,[s]:n.value||null,...i,zoom:null})};return n.addEventListener("ke\
ydown",i=>{i.key==="Enter"?l():i.key==="Escape"?n.value=n.dataset.shown:i.key!=="Tab"&&(o=!0)}),n.addEventListener("blur",l),n.addEventListener("change",()=>o||l()),{root:qe(t,n),value:()=>n.dataset.shown,
show:i=>{let a=o&&document.activeElement===n;n.dataset.shown=i,!a&&n.value!==i&&(n.value=i)}}}slider(t,s,[n,o],l){let i=T("input",{type:"range",min:String(n),max:String(o),step:"1",title:l,"aria-label":t}),
a=T("input",{type:"number",min:String(n),max:"9999","aria-label":`${t}, as a number`});i.addEventListener("input",()=>this.act.choose({[s]:Number(i.value)})),a.addEventListener("change",()=>{let p=Math.
round(Number(a.value));p>=n?this.act.choose({[s]:p}):a.value=i.value});let u=T("span",{"aria-hidden":"true"},t);return{root:T("span",{class:"optstat-slider"},u,i,a),show:p=>{p>Number(i.max)&&(i.max=String(
p)),p<Number(i.min)&&(i.min=String(p)),Number(i.value)!==p&&(i.value=String(p)),Number(a.value)!==p&&(a.value=String(p))}}}list(t,s,n){let o=T("select",{},...n.map(([l,i])=>T("option",{value:l},i)));return o.
addEventListener("change",()=>this.act.choose({[s]:o.value})),{root:qe(t,o),show:l=>o.value=l}}number(t,s,n,o,l){let i=T("input",{type:"number",min:String(n),max:String(o),step:String(l)});return i.addEventListener(
"change",()=>{let a=Number(i.value);i.value===""||a<n||a>o?i.value=i.dataset.shown:this.act.choose({[s]:a})}),{root:qe(t,i),show:a=>{(Number(i.value)!==a||i.value==="")&&(i.value=String(a)),i.dataset.
shown=String(a)}}}sourceChosen(){let t=this.source.value;t.trim()!==this.source.dataset.shown&&this.act.send("source",{value:t})}show(t,s,[n,o]){let{presets:l,vocabulary:i}=this;l.forEach((a,u)=>a.setAttribute(
"aria-pressed",String(i.presets[u]===t.preset))),this.start.show(n===void 0?"":bt(n)),this.end.show(o===void 0?"":bt(o));for(let a of["window","lookback","metric","arrangement","theme"])this[a].show(t[a]);
["lower","upper","k"].forEach((a,u)=>this.limits[u].show(t[a])),this.showSeries(t,s)}showSeries(t,s){let n=s?.loaded.given??!1;this.markets=t.markets,this.loading.hidden=n;let o=n?[["Series","series",
s.series.map(({title:i})=>i)]]:[["Market","markets",this.marketsOffered(t,s)],["Data type","data_types",this.vocabulary.data_types]],l=JSON.stringify(o);l!==this.structure&&(this.structure=l,this.series.
replaceChildren(...o.map(([i,a,u])=>this.checks(i,a,u))),n||this.series.children[0].append(this.codes.root),this.series.hidden=n&&s.series.length<2);for(let i of this.series.querySelectorAll("input[ty\
pe=checkbox]"))i.checked=(t[i.name]??o[0][2]).includes(i.value);!n&&s&&(this.showSource(s.loaded.source),this.refresh.disabled=!s.loaded.refreshable)}codeEntry(t){let s=T("input",{type:"text",list:`${this.
id}-codes`,size:12,placeholder:"US.AAPL",spellcheck:!1,autocomplete:"off"}),n=()=>{let l=s.value.trim().toUpperCase();s.value="",l&&!this.markets.includes(l)&&this.act.choose({markets:[...this.markets,
l]})};s.addEventListener("keydown",l=>l.key==="Enter"&&n()),s.addEventListener("change",n);let o=T("datalist",{id:`${this.id}-codes`},...t.map(l=>T("option",{value:l})));return{root:T("span",{},qe("Ad\
d code",s),o)}}marketsOffered(t,s){for(let n of s?.loaded.view.markets??[])this.loadedMarkets.add(n);return[...new Set([...this.vocabulary.markets,...this.loadedMarkets,...t.markets])]}showSource(t){document.
activeElement!==this.source&&(this.source.value=t),this.source.dataset.shown=t}checks(t,s,n){let o=n.map(l=>{let i=T("input",{type:"checkbox",name:s,value:l});return i.addEventListener("change",()=>{let a=[
...this.series.querySelectorAll(`input[name=${s}]`)].filter(({checked:u})=>u);this.act.choose({[s]:a.map(u=>u.value)})}),T("label",{class:"optstat-check"},i,l)});return T("div",{class:"optstat-group",
role:"group","aria-label":t},T("span",{},`${t}:`),...o)}showCode(t){this.code.value!==t&&(this.code.value=t),this.codeBox.hidden=!1}showsCode=()=>!this.codeBox.hidden;pressPreset(t){this.presets[t]?.click()}},
$f=0;function qe(e,t){return t.id=`optstat-control-${$f++}`,T("span",{class:"optstat-label"},T("label",{for:t.id},e),t)}var ea=(e,t)=>(e>0?"+":"")+we(e,t),cl=e=>`${e} ${e===1?"session":"sessions"}`;function na(e,t,s){let{series:n}=e,[o,l]=ze(e,t),i=n.synthetic?["synthetic"]:[];if(o>=l)return{title:n.title,badges:i,empty:!0};
let a=ci(n.prepared,s,l);a.row>=0&&n.provisional.includes(a.day)&&i.push("provisional");let u=a.side>0?"fear":a.side<0?"greed":null;return{title:n.title,badges:i,side:u,day:a.day,ratio:a.ratio,empty:a.
row<o,facts:[["change",ea(a.change,3)],["percentile",Number.isNaN(a.percentile)?"–":`${we(100*a.percentile,0)} %`],["z-score",ea(a.zscore,2)],u?["state",`${u}, ${cl(a.age)}`]:["last extreme",a.since===
null?"none":`${cl(a.since)} ago`]]}}function sa(e,t){e.replaceChildren(...t.map(s=>{let n=s.badges.map(i=>T("span",{class:`optstat-badge optstat-${i}`},i)),o=T("div",{class:"optstat-card-title"},T("sp\
an",{},s.title),...n);if(s.empty)return T("div",{class:"optstat-card"},o,T("div",{class:"optstat-facts"},"No session in the range."));let l=s.facts.map(([i,a])=>T("span",{class:i==="state"?`optstat-fa\
ct optstat-side-${s.side}`:"optstat-fact"},T("i",{},i)," ",T("b",{},a)));return T("div",{class:"optstat-card"},o,T("div",{class:"optstat-facts"},T("span",{class:"optstat-ratio",title:`put/call ratio o\
f ${bt(s.day)}`},we(s.ratio,3)),...l))}))}function oa(e,t){return t.map((s,n)=>{if(s.empty)return`${s.title}: no rows.`;let o=s.facts.map(([i,a])=>`${i} ${a}`).join(", "),l=e[n].count;return`${s.title}\
: ${cl(l)} until ${bt(s.day)}; put/call ratio ${we(s.ratio,2)}, ${o}.`}).join(" ")||"No rows."}var Ws=class{constructor(t,s){Object.assign(this,{model:t,changed:s,isSilent:!1,waiting:new Map,last:0}),this.received=n=>this.receive(n),t.on("msg:custom",this.received)}destroy(){this.model.off("msg\
:custom",this.received);for(let{timer:t}of this.waiting.values())clearTimeout(t);this.waiting.clear()}ask(t,s={}){let n=`${Date.now().toString(36)}-${this.last++}`,o=setTimeout(()=>this.setSilent(!0),
2e3);return new Promise(l=>{this.waiting.set(n,{done:l,timer:o});try{this.model.send({...s,id:n,kind:t})}catch{this.setSilent(!0)}})}ping(){this.waiting.size||this.ask("ping")}receive(t){let s=this.waiting.
get(t?.id);s&&(this.waiting.delete(t.id),clearTimeout(s.timer),this.setSilent(!1),s.done(t))}setSilent(t){this.isSilent!==t&&(this.isSilent=t,this.changed())}};var Re=40,jn=46,ul=8,Ff=8,Bs=class{constructor(t,s){this.changed=s,this.canvas=T("canvas",{class:"optstat-overview","aria-hidden":"true",height:Re}),t.append(this.canvas),this.context=this.canvas.getContext(
"2d"),this.sizes=new ResizeObserver(()=>this.draw()),this.sizes.observe(this.canvas);for(let n of["pointerdown","pointermove","pointerup","pointercancel","dblclick"])this.canvas.addEventListener(n,o=>this[n](
o))}destroy(){this.sizes.disconnect()}show(t,s,n,o){Object.assign(this,{count:t,lines:s,zoom:n,palette:o}),this.draw()}x=t=>jn+(t+.5)/this.count*(this.width-jn-ul);place=t=>Math.floor((t-jn)/(this.width-
jn-ul)*this.count);draw(){let{canvas:t,context:s,lines:n,palette:o}=this;if(!n)return;this.width=t.clientWidth;let l=globalThis.devicePixelRatio||1,[i,a]=[Math.round(this.width*l),Math.round(Re*l)];if((t.
width!==i||t.height!==a)&&Object.assign(t,{width:i,height:a}),s.setTransform(l,0,0,l,0,0),s.clearRect(0,0,this.width,Re),!this.count)return;for(let{values:g,colour:d}of n)this.line(g,d);let[u,p]=[this.
x(this.zoom[0]-.5),this.x(this.zoom[1]+.5)];s.globalAlpha=.7,s.fillStyle=o.background,s.fillRect(jn,0,u-jn,Re),s.fillRect(p,0,this.width-ul-p,Re),s.globalAlpha=1,s.strokeStyle=o.muted,s.lineWidth=1,s.
strokeRect(u+.5,.5,Math.max(p-u-1,2),Re-1),s.fillStyle=o.muted;for(let g of[u,p])s.fillRect(g-2,Re/2-8,4,16)}line(t,s){let n=this.context,o=t.filter(u=>u!=null),[l,i]=[Math.min(...o),Math.max(...o)];n.
beginPath();let a=!1;t.forEach((u,p)=>{if(u===void 0)return;if(u===null)return void(a=!1);let g=Re-4-(u-l)/(i-l||1)*(Re-8);a?n.lineTo(this.x(p),g):n.moveTo(this.x(p),g),a=!0}),n.strokeStyle=s,n.lineWidth=
1,n.stroke()}pointerdown(t){if(!this.count)return;let s=t.offsetX,[n,o]=[this.x(this.zoom[0]-.5),this.x(this.zoom[1]+.5)],l=Math.abs(s-n)<Math.abs(s-o)?"left":"right",i=Math.min(Math.abs(s-n),Math.abs(
s-o))<Ff,a=this.zoom[1]-this.zoom[0]>=this.count-1;this.drag={start:this.place(s),zoom:this.zoom,kind:i?l:s>n&&s<o&&!a?"move":"new"},this.canvas.setPointerCapture(t.pointerId)}pointermove(t){if(!this.
drag)return;let{start:s,zoom:n,kind:o}=this.drag,l=Math.max(0,Math.min(this.count-1,this.place(t.offsetX)));if(o==="left")this.changed(Math.min(l,n[1]-1),n[1]);else if(o==="right")this.changed(n[0],Math.
max(l,n[0]+1));else if(o==="new")l!==s&&this.changed(Math.min(l,s),Math.max(l,s));else{let i=n[1]-n[0],a=Math.max(0,Math.min(this.count-1-i,n[0]+l-s));this.changed(a,a+i)}}pointerup(){this.drag=null}pointercancel(){
this.drag=null}dblclick(){this.changed(0,this.count-1)}};var la=e=>typeof e=="number"?Number.isNaN(e)?"":String(e):/[",\n\r]/.test(e)?`"${e.replaceAll('"','""')}"`:e;function ia(e,t,s){let n=["time","series","source","call_value","put_value","ratio",`ratio_\
mean_${t.window}`,`zscore_${t.lookback}`,`percentile_${t.lookback}`,`extreme_${t.lookback}`],o=!["zscore","percentile"].includes(t.metric);o&&n.push(s[t.metric].title);let l=[n.map(la).join(",")];for(let i of e.
parts){let{series:a,result:u}=i,[p,g]=ze(i,e);for(let d=p;d<g;d++){let b=[bt(a.days[d]),a.title,a.source,a.call[d],a.put[d],u.ratio[d],u.mean[d],u.zscore[d],u.percentile[d],u.extreme[d]];o&&b.push(u.metric[d]),
l.push(b.map(la).join(","))}}return l.join(`
`)+`
`}function ra(e){let t=e.parts.map(({series:l})=>l.title),s=[t.length===1?t[0]:`${t.length} series`],[n,o]=e.zoom.map(l=>e.days[l]);return n!==void 0&&s.push(`from-${bt(n)}`,`to-${bt(o)}`),e.parts.some(
({series:l})=>l.synthetic)&&s.push("synthetic"),s.join("-").replaceAll(/[^\p{L}\p{N}_-]/gu,"-")}function aa(e,t,s){e.flush();let n=globalThis.devicePixelRatio||1,o=e.grid.getBoundingClientRect(),l=document.
createElement("canvas");l.width=Math.round((o.width+16)*n),l.height=Math.round((o.height+34)*n);let i=l.getContext("2d");i.scale(n,n),i.fillStyle=s.background,i.fillRect(0,0,l.width,l.height);let a=p=>{
let g=p.getBoundingClientRect();return[g.left-o.left+8,g.top-o.top+8,g]};i.textBaseline="middle";for(let p of e.grid.querySelectorAll(".optstat-title, .optstat-day, .optstat-panel-title, .optstat-lege\
nd button, .optstat-block-head button")){let[g,d,b]=a(p),k=getComputedStyle(p),S=p.querySelector("i");i.font=`${k.fontWeight} ${k.fontSize} ${k.fontFamily}`,i.globalAlpha=p.getAttribute("aria-pressed")===
"false"?.4:1,S&&(i.fillStyle=S.style.getPropertyValue("--swatch"),i.fillRect(a(S)[0],d+b.height/2-2,12,4)),i.fillStyle=k.color,i.fillText(p.textContent.trim(),S?a(S)[0]+16:g,d+b.height/2)}i.globalAlpha=
1;for(let p of e.grid.querySelectorAll(".optstat-plot canvas")){let[g,d,b]=a(p);i.drawImage(p,g,d,b.width,b.height)}let u=t.some(({badges:p})=>p.includes("synthetic"));return i.font="12px sans-serif",
i.fillStyle=s.muted,i.fillText(`${u?"SYNTHETIC DATA · ":""}pd_optstat`,8,o.height+20),l}function fl(e,t){let s=document.createElement("a");s.href=URL.createObjectURL(t),s.download=e,s.click(),setTimeout(
()=>URL.revokeObjectURL(s.href),6e4)}async function ca(e){try{return await navigator.clipboard.writeText(e),!0}catch{let t=document.createElement("textarea");t.value=e,t.style.cssText="position: fixed\
; opacity: 0",document.body.append(t),t.select();let s=document.execCommand("copy");return t.remove(),s}}var Gs=["markets","data_types","series","preset","start","end","window","lookback","metric","lower","upper","k","arrangement","theme","zoom","hidden"],Of={"1M":1,"3M":3,"1Y":12,"5Y":60},ua="1973-01-01",
hl=e=>Object.fromEntries(Gs.map(t=>[t,e.get(t)]));function Rf(e,t){let[s,n,o]=bt(e).split("-").map(Number),l=s*12+(n-1)-t,[i,a]=[Math.floor(l/12),l%12],u=new Date(Date.UTC(i,a+1,0)).getUTCDate();return Date.
UTC(i,a,Math.min(o,u))/864e5}function Us(e,t){let s=e.end?Ge(e.end):null,n=s??1/0;if(e.preset===null)return[e.start?Ge(e.start):-1/0,n];if(e.preset==="Max")return[-1/0,n];let o=s??Ge(t);return e.preset===
"YTD"?[Ge(`${bt(o).slice(0,4)}-01-01`),n]:[Rf(o,Of[e.preset]),n]}function If([e,t],s){let n=s.first===null?-1/0:Ge(s.first),o=s.last===null?1/0:Ge(s.last);return e>=n&&t<=o}function js(e,t){let s=Us(e,
t.today);return If(s,t)?s:Us({...e,...t.view},t.today)}function fa(e){return e.last===null?e:{...e,today:e.last,last:null}}function pl(e,t){return t.loaded.given?e.series??t.series.map(({title:s})=>s):
e.markets.flatMap(s=>e.data_types.map(n=>`${s} ${n}`))}function ha(e,t){let s=new Set(pl(e,t)),n=t.series.filter(({title:o})=>s.has(o));return n.length?n:t.series}function pa(e,t){if(t?.loaded.given?e.
series?.length===0:!e.markets.length||!e.data_types.length)return t?.loaded.given?"Choose at least one series.":"Choose at least one market and one data type.";for(let[s,n]of[["From",e.start],["To",e.
end]])if(n&&(Ge(n)===null||n<ua))return`${s} ${n} is not a day from ${ua} on.`;return e.preset===null&&e.start&&e.end&&e.start>e.end?`From ${e.start} is after To ${e.end}. Swap them?`:e.lower<e.upper?
e.metric==="detrend"&&e.window>=e.lookback?`Window ${e.window} is not shorter than Lookback ${e.lookback}, as the detrended ratio requires. Move one of the sliders, or choose another metric.`:null:`lo\
wer=${e.lower}, upper=${e.upper}: lower must be below upper.`}function Vf(e){for(let[t,s]of[[86400,"d"],[3600,"h"],[60,"min"]])if(e>=t)return`${Math.floor(e/t)} ${s} ago`;return"just now"}var Hf=e=>e<=0?"today":e===1?"1 day old":`${e} days old`;function da(e,t,s){
let{status:n}=e,o=[...n.before];if(!t.days.length)o.unshift("no session in the range shown");else{let l=t.days[t.days.length-1];o.push(`newest ${bt(l)} (${Hf(Math.floor(s/864e5)-l)})`)}return n.observed&&
o.push(`observed ${Vf((s-Date.parse(n.observed))/1e3)}`),[...o,...n.after]}var ma=`.optstat-explorer {
  --bg: #fff; --text: #1a1a1a; --muted: #5f5f5f; --edge: #d0d0d0; --fill: #f4f5f6; --accent: #0072b2; --on-accent: #fff;
  --fear: #b34700; --greed: #00704f; --warn: rgba(213, 94, 0, .12);
  box-sizing: border-box; width: 100%; padding: 8px; background: var(--bg); color: var(--text);
  font: 13px/1.4 system-ui, -apple-system, "Segoe UI", sans-serif; container-type: inline-size; overflow: hidden;
}
.optstat-explorer[data-theme="dark"] {
  --bg: #15181c; --text: #e6e6e6; --muted: #a3a3a3; --edge: #3a4048; --fill: #20252b; --accent: #56b4e9; --on-accent: #10151a;
  --fear: #ff9a5c; --greed: #3ddbab; color-scheme: dark;
}
.optstat-explorer[data-theme="light"] { color-scheme: light; }
.optstat-explorer *, .optstat-explorer *::before { box-sizing: border-box; }
.optstat-explorer [hidden] { display: none !important; }
.optstat-explorer .optstat-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.optstat-explorer :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.optstat-toolbar, .optstat-row, .optstat-foot { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
.optstat-toolbar select { max-width: 130px; }
.optstat-explorer .optstat-group { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; }
.optstat-toolbar .optstat-group { gap: 0; }
.optstat-explorer button, .optstat-explorer input, .optstat-explorer select, .optstat-explorer textarea {
  margin: 0; font: inherit; color: var(--text); background: var(--bg); border: 1px solid var(--edge); border-radius: 4px; padding: 2px 6px;
  min-height: 26px; width: auto; height: auto; box-shadow: none; line-height: 1.3;
}
.optstat-explorer button { cursor: pointer; background: var(--fill); }
.optstat-explorer button:hover { border-color: var(--accent); }
.optstat-explorer button:disabled { opacity: .5; cursor: default; }
.optstat-toolbar .optstat-group button { border-radius: 0; margin-left: -1px; }
.optstat-toolbar .optstat-group button:first-child { border-radius: 4px 0 0 4px; margin: 0; }
.optstat-toolbar .optstat-group button:last-child { border-radius: 0 4px 4px 0; }
.optstat-toolbar button[aria-pressed="true"], .optstat-explorer button[aria-expanded="true"] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.optstat-explorer input[type="date"] { padding-right: 2px; }
.optstat-explorer input[type="number"] { width: 56px; }
.optstat-explorer input[type="checkbox"] { min-height: 0; accent-color: var(--accent); }
.optstat-explorer input[type="range"] { width: 100px; padding: 0; border: 0; background: none; accent-color: var(--accent); appearance: auto; }
.optstat-explorer .optstat-label, .optstat-explorer .optstat-check, .optstat-slider { display: inline-flex; align-items: center; gap: 5px; margin: 0; white-space: nowrap; color: var(--text); }
.optstat-label > label, .optstat-slider > span { margin: 0; color: var(--muted); font: inherit; }
.optstat-drawer { margin-top: 8px; padding: 8px 10px; border: 1px solid var(--edge); border-radius: 6px; display: grid; gap: 8px; }
.optstat-explorer .optstat-code { display: block; }
.optstat-code textarea { display: block; width: 100%; font: 12px/1.4 ui-monospace, monospace; white-space: pre; }
.optstat-error { margin: 8px 0 0; padding: 6px 10px; white-space: pre-line; overflow-wrap: anywhere; border-left: 4px solid #d55e00; background: var(--warn); }
.optstat-error button { margin-left: 10px; }
.optstat-heads { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 8px; margin: 8px 0; }
.optstat-card { min-width: 0; padding: 5px 10px; border: 1px solid var(--edge); border-radius: 6px; background: var(--fill); }
.optstat-card-title { display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: center; font-weight: 600; overflow-wrap: anywhere; }
.optstat-facts { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 11px; }
.optstat-ratio { font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.optstat-fact i { font-style: normal; color: var(--muted); }
.optstat-fact b { font-weight: 600; font-variant-numeric: tabular-nums; }
.optstat-side-fear b { color: var(--fear); }
.optstat-side-greed b { color: var(--greed); }
.optstat-badge, .optstat-synthetic-label { padding: 0 6px; border-radius: 3px; font-size: 11px; font-weight: 600; background: #ffe08a; color: #1a1a1a; }
.optstat-provisional { background: #cfe6f5; }
.optstat-synthetic-label { margin-right: 8px; }
.optstat-chart { outline-offset: 2px; position: relative; }
.optstat-blocks { display: grid; gap: 12px 16px; }
.optstat-block { min-width: 0; container-type: inline-size; }
.optstat-block-head { display: flex; gap: 2px 10px; align-items: center; padding-left: 46px; }
.optstat-title { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.optstat-day { color: var(--muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
.optstat-legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0 4px; padding-left: 46px; min-height: 20px; font-size: 11.5px; }
.optstat-panel-title { color: var(--muted); margin-right: 4px; }
.optstat-explorer .optstat-legend button, .optstat-explorer .optstat-block-head button { display: inline-flex; align-items: center; gap: 4px; min-height: 20px; padding: 0 4px; border-color: transparen\
t; background: none; font-size: 11.5px; white-space: nowrap; }
.optstat-blocks button[aria-pressed="false"] { opacity: .45; text-decoration: line-through; }
.optstat-legend b { font-weight: 600; font-variant-numeric: tabular-nums; min-width: 3em; text-align: left; }
.optstat-legend b:empty { min-width: 0; }
.optstat-swatch { display: inline-block; width: 12px; height: 0; border-top: 3px solid var(--swatch); }
.optstat-swatch.optstat-dashed { border-top-style: dashed; border-top-width: 2px; }
.optstat-swatch.optstat-area { height: 9px; border: 0; background: var(--swatch); }
.optstat-swatch.optstat-hatched { height: 9px; border: 0; background: repeating-linear-gradient(135deg, var(--swatch) 0 1px, transparent 1px 4px); }
.optstat-overview { display: block; width: 100%; height: 40px; margin-top: 6px; touch-action: none; cursor: crosshair; }
.optstat-explorer .u-select { background: rgba(128, 128, 128, .25); }
.optstat-explorer .u-hz .u-cursor-x, .optstat-explorer .u-hz .u-cursor-y { border-color: var(--muted); }
.optstat-foot { margin-top: 6px; color: var(--muted); font-size: 12px; }
.optstat-notes { color: var(--muted); font-size: 12px; white-space: pre-line; }
.optstat-table-host { margin-top: 8px; overflow-x: auto; }
@container (max-width: 500px) { .optstat-panel-title { display: none; } }
@container (max-width: 560px) {
  .optstat-label, .optstat-slider { flex: 1 1 140px; }
  .optstat-slider { flex-basis: 100%; }
  .optstat-slider > span { min-width: 62px; }
  .optstat-explorer .optstat-slider input[type="range"] { flex: 1; }
  .optstat-toolbar .optstat-group { flex: 1 1 100%; }
  .optstat-toolbar .optstat-group button { flex: 1; min-height: 32px; padding: 2px 0; }
  .optstat-legend, .optstat-block-head { padding-left: 4px; }
  .optstat-explorer input[type="date"] { flex: 1; min-width: 0; width: 100%; }
  .optstat-explorer .optstat-label input[type="text"] { min-width: 0; flex: 1; }
}
`;var ga=`.optstat-table { font-size: 12px; font-variant-numeric: tabular-nums; }
.optstat-table-scroll { overflow-x: auto; }
.optstat-table table { border-collapse: collapse; width: 100%; margin: 0; white-space: nowrap; }
.optstat-table :is(th, td) { padding: 2px 8px; text-align: left; font-weight: normal; border: 0; }
.optstat-table tr + tr > * { border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
.optstat-table thead th { border-bottom: 1px solid color-mix(in srgb, currentColor 40%, transparent); }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) { text-align: right; }
.optstat-table button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
.optstat-table thead button { padding: 2px 0; font-weight: 600; }
.optstat-table thead button::after { content: "▲"; visibility: hidden; font-size: 8px; padding-left: 3px; }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) button { display: inline-flex; flex-direction: row-reverse; align-items: center; }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) button::after { padding: 0 3px 0 0; }
.optstat-table [aria-sort="ascending"] button::after { visibility: visible; }
.optstat-table [aria-sort="descending"] button::after { visibility: visible; content: "▼"; }
.optstat-table-pager { display: flex; flex-wrap: wrap; gap: 2px 6px; align-items: center; padding: 6px 0; }
.optstat-table-pager button { min-width: 28px; min-height: 28px; font-size: 16px; }
.optstat-table-pager button[aria-disabled="true"] { opacity: .35; cursor: default; }
.optstat-table-status { min-width: 10em; text-align: center; }
.optstat-table-size { margin-left: auto; }
.optstat-table-size select { font: inherit; color: CanvasText; background: Canvas; }
`;var Uf=[10,25,100];function Gf(e,{kind:t,digits:s}){return t==="text"?e??"":t==="day"?bt(e):t==="count"?ln(e):we(e,s)}function jf(e,t,s){let n=Uint32Array.from({length:t},(a,u)=>u);if(s==="none")return n;
let o=s==="ascending"?1:-1,l=a=>a==null||a===""||Number.isNaN(a),i=Array.from(n,a=>l(e[a]));return n.sort((a,u)=>i[a]||i[u]?i[a]-i[u]||a-u:e[a]===e[u]?a-u:e[a]<e[u]?-o:o)}var Yf={none:"ascending",ascending:"\
descending",descending:"none"};function Yt(e,t={},...s){let n=Object.assign(document.createElement(e),t);return n.append(...s),n}function dl(e,t){e.textContent!==t&&(e.textContent=t)}function ba(e,{label:t="\
Rows shown"}={}){let s={columns:[],at:null,count:0},n={column:-1,direction:"none"},o=new Uint32Array(0),l=0,i=25,a=Yt("tr"),u=Yt("tbody"),p=Yt("table",{},Yt("thead",{},a),u);p.setAttribute("aria-label",
t);let g=Yt("span",{className:"optstat-table-status"});g.setAttribute("role","status");let d=(F,I,B)=>{let R=Yt("button",{type:"button",textContent:F,title:I});return R.setAttribute("aria-label",I),R.
addEventListener("click",()=>R.getAttribute("aria-disabled")!=="true"&&y(B())),R},b=()=>Math.floor(Math.max(s.count-1,0)/i)*i,k=[d("«","First page",()=>0),d("‹","Previous page",()=>l-i)],S=[d("›",
"Next page",()=>l+i),d("»","Last page",b)],_=Yt("select",{},...Uf.map(F=>Yt("option",{value:F,textContent:F})));_.value=i,_.addEventListener("change",()=>{i=Number(_.value),y(Math.floor(l/i)*i)});let $=Yt(
"label",{className:"optstat-table-size"},_," rows a page"),O=Yt("div",{className:"optstat-table-pager"},...k,g,...S,$);e.classList.add("optstat-table"),e.replaceChildren(Yt("div",{className:"optstat-t\
able-scroll"},p),O);function y(F){l=Math.min(Math.max(F,0),b()),Y()}function L(){let{column:F,direction:I}=n,B=I==="none"?[]:Array.from({length:s.count},(R,A)=>s.at(F,A));o=jf(B,s.count,I),[...a.children].
forEach((R,A)=>{R.setAttribute("aria-sort",A===n.column?n.direction:"none")})}function M(){a.replaceChildren(...s.columns.map(({kind:F},I)=>{let B=Yt("button",{type:"button"});return B.addEventListener(
"click",()=>{n={column:I,direction:Yf[I===n.column?n.direction:"none"]},L(),y(0)}),Yt("th",{scope:"col",className:`optstat-cell-${F}`},B)})),u.replaceChildren()}function Y(){let F=Math.min(l+i,s.count);
for(;u.rows.length>F-l;)u.lastChild.remove();for(;u.rows.length<F-l;){let B=s.columns.map(({kind:R})=>{let A=Yt(R==="day"?"th":"td",{className:`optstat-cell-${R}`});return R==="day"&&(A.scope="row"),A});
u.append(Yt("tr",{},...B))}for(let B=l;B<F;B++){let{cells:R}=u.rows[B-l];s.columns.forEach((A,J)=>dl(R[J],Gf(s.at(J,o[B]),A)))}let I=`${ln(l+1)}–${ln(F)} of ${ln(s.count)}`;dl(g,s.count?I:"No rows");
for(let B of k)B.setAttribute("aria-disabled",l===0);for(let B of S)B.setAttribute("aria-disabled",F>=s.count)}let z=({columns:F})=>F.map(({kind:I})=>I).join();return{update(F){let I=z(F)===z(s);I||(n=
{column:-1,direction:"none"}),F.count!==s.count&&(l=0),s=F,I||M(),s.columns.forEach(({title:B},R)=>dl(a.children[R].firstChild,B)),L(),y(l)},destroy(){e.replaceChildren(),e.classList.remove("optstat-t\
able")}}}var wa=new WeakMap;function qf(e){let t=e.zoom.join(),s=wa.get(e.parts);if(s?.zoom===t)return s.pairs;let n=[];for(let o of e.parts){let[l,i]=ze(o,e);for(let a=l;a<i;a++)n.push([o,a])}return n.sort(([
o,l],[i,a])=>i.series.days[a]-o.series.days[l]),wa.set(e.parts,{zoom:t,pairs:n}),n}var Kf=e=>e>0?"fear":e<0?"greed":Number.isNaN(e)?"unknown":"";function xa(e,t,s){let n=qf(e),{title:o}=s[t.metric],l=[
{title:"Series",kind:"text",get:({series:i})=>i.title,only:e.parts.length>1},{title:"Day",kind:"day",get:({series:i},a)=>i.days[a]},{title:"Calls",kind:"count",get:({series:i},a)=>i.call[a]},{title:"P\
uts",kind:"count",get:({series:i},a)=>i.put[a]},{title:"Put/call",kind:"number",digits:4,get:({result:i},a)=>i.ratio[a]},{title:`Mean ${t.window}`,kind:"number",digits:4,get:({result:i},a)=>i.mean[a]},
{title:`Percentile ${t.lookback}`,kind:"number",digits:3,get:({result:i},a)=>i.percentile[a]},{title:o[0].toUpperCase()+o.slice(1),kind:"number",digits:4,get:({result:i},a)=>i.metric[a],only:t.metric!==
"percentile"},{title:"Extreme",kind:"text",get:({result:i},a)=>Kf(i.extreme[a])}].filter(({only:i=!0})=>i);return{columns:l,at:(i,a)=>l[i].get(...n[a]),count:n.length}}var ya={light:{background:"#FFFFFF",text:"#1A1A1A",muted:"#6B6B6B",grid:"#1A1A1A14",ratio:"#8A8A8A",mean:"#009E73",slow:"#000000",band:"#009E7322",call:"#56B4E9",put:"#E69F00",fear:"#D55E00",greed:"#0\
072B2",shade:"38",metric:"#7A5195",price:"#1A1A1A",lines:["#0072B2","#D55E00","#009E73","#CC79A7","#8A6D00","#56B4E9","#1A1A1A","#7A5195"]},dark:{background:"#15181C",text:"#E6E6E6",muted:"#9A9A9A",grid:"\
#FFFFFF14",ratio:"#8F8F8F",mean:"#F0E442",slow:"#FFFFFF",band:"#56B4E930",call:"#56B4E9",put:"#E69F00",fear:"#D55E00",greed:"#0072B2",shade:"60",metric:"#56B4E9",price:"#E6E6E6",lines:["#56B4E9","#E97\
31A","#2BC79B","#E59AC4","#F0E442","#9CC9F5","#FFFFFF","#B79CE0"]}},Jf=e=>{let t=(e.match(/[\d.]+/g)||[]).map(Number);return t.length<3||t[3]===0?null:.2126*t[0]+.7152*t[1]+.0722*t[2]};function ka(e,t){
let s=()=>globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1;if(t)return s();let n=document.body.dataset.jpThemeLight;if(n!==void 0)return n==="false";let o=document.body.dataset.vscodeThemeKind;
if(o!==void 0)return/dark|high-contrast$/.test(o);for(let l=e.parentElement;l;l=l.parentElement){let i=Jf(getComputedStyle(l).backgroundColor);if(i!==null)return i<128}return s()}function va(e){let t=new MutationObserver(
e);t.observe(document.body,{attributes:!0});let s=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return s?.addEventListener("change",e),()=>{t.disconnect(),s?.removeEventListener("change",e)}}var Zf=150;function Ma(e,t,{standalone:s=!1}={}){let n=new ml(e,t,s);return()=>n.destroy()}var ml=class{constructor(t,s,n){Object.assign(this,{model:s,standalone:n,frame:null,saving:null,note:"",refused:"",
dismissed:null,table:null,drawn:0}),this.kernel=n?null:new Ws(s,()=>this.schedule()),this.build(t),this.changed=()=>this.schedule();for(let o of[...Gs,"content","busy","error"])s.on(`change:${o}`,this.
changed);this.unwatch=va(this.changed),this.schedule(),this.kernel?.ping()}destroy(){for(let t of[...Gs,"content","busy","error"])this.model.off(`change:${t}`,this.changed);this.saving!==null&&this.saveNow(),
cancelAnimationFrame(this.frame),clearInterval(this.clock),this.unwatch(),this.kernel?.destroy(),this.chart.destroy(),this.overview.destroy(),this.table?.destroy(),this.root.remove()}build(t){this.root=
T("div",{class:"optstat-explorer"}),this.root.append(T("style",{},Yl+ma+ga)),t.append(this.root);let s=this.model.get("vocabulary");this.controls=new Hs(this.root,s,{choose:l=>this.choose(l),send:(l,i)=>this.
send(l,i),copy:()=>this.copy(),save:(l,i)=>this.save(l,i),table:l=>this.showTable(l)}),this.error=T("div",{class:"optstat-error",role:"alert",hidden:!0}),this.errorText=T("span"),this.retry=T("button",
{type:"button",onclick:()=>this.send("retry")},"Try again"),this.error.append(this.errorText,this.retry),this.heads=T("div",{class:"optstat-heads"});let n=T("div");this.statusText=T("span"),this.progress=
T("progress",{"aria-label":"Loading",hidden:!0}),this.cancel=T("button",{type:"button",hidden:!0,onclick:()=>this.send("cancel")},"Cancel"),this.badge=T("b",{class:"optstat-synthetic-label",hidden:!0},
"SYNTHETIC");let o=T("div",{class:"optstat-status",role:"status","aria-live":"polite"},this.badge,this.statusText);this.notes=T("div",{class:"optstat-notes"}),this.announcer=T("div",{class:"optstat-un\
seen","aria-live":"polite"}),this.tableHost=T("div",{class:"optstat-table-host",hidden:!0}),this.root.append(this.error,this.heads,n,T("div",{class:"optstat-foot"},o,this.progress,this.cancel),this.notes,
this.announcer,this.tableHost),this.chart=new Vs(n,{zoomed:l=>this.choose({zoom:l}),toggled:l=>this.toggle(l),announce:l=>Ne(this.announcer,l)}),this.overview=new Bs(n,(l,i)=>this.chart.zoomTo(l,i)),this.
chart.root.addEventListener("keydown",l=>{l.target===this.chart.root&&/^[1-6]$/.test(l.key)&&this.controls.pressPreset(Number(l.key)-1)}),this.clock=setInterval(this.schedule.bind(this),6e4)}choose(t){
let s={...hl(this.model),...t},n=pa(s,this.model.get("content"));if(this.refused=n??"",this.note="",n===null){this.dismissed=this.model.get("error");for(let[o,l]of Object.entries(t))this.model.set(o,l);
clearTimeout(this.saving),this.saving=setTimeout(()=>this.saveNow(),"window"in t||"lookback"in t||"zoom"in t?Zf:0)}this.schedule()}saveNow(){clearTimeout(this.saving),this.saving=null,this.model.save_changes(),
this.kernel?.ping()}toggle(t){let s=this.model.get("hidden");this.choose({hidden:s.includes(t)?s.filter(n=>n!==t):[...s,t]})}async send(t,s){if(!this.kernel)return;this.saving!==null&&this.saveNow(),this.
refused="";let n=await this.kernel.ask(t,s);n.note&&(this.note=n.note),n.refused&&(this.refused=n.refused),this.schedule()}async copy(){if(!this.content)return this.say("Nothing is loaded yet.");let t=this.
codeText();this.controls.showCode(t);let s=await ca(t);this.say(s?"Copied.":"The browser did not allow copying. Select the code in the box Code.")}codeText(){let t=this.scene.parts.map(({series:s})=>s);
return ta(this.view,this.content,t,this.shownDays(),this.themeName,this.vocabulary.metrics)}save(t,s){let{scene:n,content:o}=this;if(!o)return this.say("Nothing is loaded yet.");if(t==="Parquet"||t===
"HTML")return this.send("save",{format:t,name:s});let l=`${s||ra(n)}.${t.toLowerCase()}`;t==="CSV"?fl(l,new Blob([ia(n,this.view,this.vocabulary.metrics)],{type:"text/csv"})):aa(this.chart,this.headlines,
this.palette).toBlob(i=>fl(l,i),"image/png"),this.say(`Saved ${l} in the browser's folder of downloads.`)}say(t){this.note=t,this.schedule()}showTable(t){this.tableHost.hidden=!t,t||this.table?.destroy(),
this.table=t?ba(this.tableHost):null,this.schedule()}schedule(){this.frame===null&&(this.frame=requestAnimationFrame(()=>{this.frame=null,this.draw()}))}draw(){let t=performance.now();this.view=hl(this.
model),this.vocabulary=this.model.get("vocabulary"),this.content=this.model.get("content")??null,this.content?.series||(this.content=null),this.applyTheme();let{view:s,content:n}=this;if(n===null){this.
controls.show(s,null,[]),this.controls.showSource(this.model.get("content")?.source??""),this.showState([]);return}let o=new Set(ha(s,n));this.loaded=this.kernel?.isSilent?fa(n.loaded):n.loaded;let l=js(
s,this.loaded),i=fi(n).filter((u,p)=>o.has(n.series[p]));this.scene=di(this.axisOf(i,l),Sa(s)),this.headlines=this.scene.parts.map(u=>na(u,this.scene,Sa(s)));let a=this.scene.parts.map(u=>{let[p,g]=ze(
u,this.scene);return{count:g-p}});this.chart.show(this.scene,s,this.vocabulary,this.palette,oa(a,this.headlines)),this.showOverview(),sa(this.heads,this.headlines),this.controls.show(s,n,this.controlDays(
l)),this.controls.showsCode()&&this.controls.showCode(this.codeText()),this.showState(da(n,this.scene,Date.now())),this.table?.update(xa(this.scene,s,this.vocabulary.metrics)),this.report(t)}axisOf(t,s){
return this.axis&&this.axis.range.every((o,l)=>o===s[l])&&this.axis.series.length===t.length&&t.every((o,l)=>o===this.axis.series[l])||(this.axis={series:t,range:s,...pi(t,s)}),this.axis}applyTheme(){
let{theme:t}=this.view,s=t==="auto"?ka(this.root,this.standalone):t==="dark";this.themeName=s?"dark":"light",this.palette=ya[this.themeName],this.root.dataset.theme=this.themeName,!this.standalone&&this.
model.get("dark")!==s&&(this.model.set("dark",s),this.model.save_changes())}showOverview(){let{scene:t,palette:s}=this,n=t.parts.map((o,l)=>({values:cn(o,o.result.mean,t.days.length),colour:t.parts.length>
1?s.lines[l%s.lines.length]:s.metric}));this.overview.show(t.days.length,n,t.zoom,s)}controlDays([t,s]){let{days:n}=this.scene;return[Number.isFinite(t)?t:n[0],Number.isFinite(s)?s:n[n.length-1]]}shownDays(){
return this.view.zoom?this.view.zoom:js(this.view,this.loaded).map(t=>Number.isFinite(t)?bt(t):null)}showState(t){let{loading:s,done:n,total:o}=this.model.get("busy")??{},l=!!s&&!this.kernel?.isSilent,
i=this.model.get("error");i!==this.dismissed&&(this.dismissed=null);let a=this.refused||(this.dismissed===null?i:"");this.error.hidden=!a,Ne(this.errorText,a?a+(this.content?`
The chart shows the last valid view.`:""):""),this.retry.hidden=!a||!!this.refused||!this.model.get("retryable");let u=[...l?[`Loading${o>1?` ${n} of ${o}`:""} …`]:[],...t];this.kernel?.isSilent&&u.
push("the kernel is busy or gone: what is loaded can still be explored");let p=this.missing();p&&!l&&u.push(p),this.note&&u.push(this.note),this.badge.hidden=!this.content?.series.some(({synthetic:g})=>g),
Ne(this.statusText,u.join(" · ")),Ne(this.notes,(this.content?.notes??[]).join(`
`)),this.progress.hidden=this.cancel.hidden=!l,this.progress.max=Math.max(o??1,1),this.progress.value=n??0,this.root.setAttribute("aria-busy",String(l))}missing(){let{view:t,content:s}=this;if(!s)return"";
let n=new Set(s.series.map(({title:a})=>a)),o=pl(t,s).filter(a=>!n.has(a));if(o.length)return`not loaded: ${o.join(", ")}`;let l=Us(t,this.loaded.today),i=js(t,this.loaded);return l.every((a,u)=>a===i[u])?
"":"not loaded: the range chosen"}report(t){queueMicrotask(()=>{let s=performance.now()-t;this.root.dataset.drawn=String(++this.drawn),this.root.dispatchEvent(new CustomEvent("optstat-drawn",{bubbles:!0,
detail:{ms:s}}))})}};function Sa(e){return e.metric==="detrend"&&e.window>=e.lookback?{...e,metric:"zscore"}:e}var Qf=e=>{let t=Uint8Array.from(atob(e),s=>s.charCodeAt(0));return new DataView(t.buffer)},gl=class{#t;#e=new Map;constructor(t){for(let s of t.content.series)for(let n of["days","call","put","price"])
n in s&&(s[n]=Qf(s[n]));this.#t=t}get=t=>this.#t[t];set(t,s){this.#t[t]=s;for(let n of this.#e.get(`change:${t}`)??[])n()}on(t,s){this.#e.has(t)||this.#e.set(t,new Set),this.#e.get(t).add(s)}off=(t,s)=>this.#e.
get(t)?.delete(s);save_changes(){}send(){}},Xf=JSON.parse(document.getElementById("optstat-state").textContent);Ma(document.getElementById("optstat"),new gl(Xf),{standalone:!0});})();
